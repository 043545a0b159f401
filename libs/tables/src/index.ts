export { DirectoryInUse } from './lmdb/directory-lock.js';
export { StorageFailed, StorageFull, type StorageUsage } from './lmdb/environment.js';
export { InvalidKey } from './lmdb/key-format.js';
export { LmdbTables, TablesClosed, type LmdbTablesOptions, type TablesStats } from './lmdb/lmdb-tables.js';
export { type SweepResult } from './lmdb/row-writer.js';
export { InvalidRow } from './lmdb/value-format.js';
