export { DirectoryInUse, StorageFailed, StorageFull, type StorageUsage } from '@ticketrail/lmdb';
export { EntryMissing } from './lmdb/durable-partition.js';
export {
  LmdbEventLog,
  LogClosed,
  UnknownLogFormat,
  type LmdbEventLogOptions,
  type LogStats,
} from './lmdb/lmdb-event-log.js';
