export { DirectoryInUse } from './lmdb/directory-lock.js';
export { EntryMissing } from './lmdb/durable-partition.js';
export { StorageFailed, StorageFull, type StorageUsage } from './lmdb/environment.js';
export {
  LmdbEventLog,
  LogClosed,
  UnknownLogFormat,
  type LmdbEventLogOptions,
  type LogStats,
} from './lmdb/lmdb-event-log.js';
