export { DirectoryInUse, StorageFailed, StorageFull, type StorageUsage } from '@ticketrail/lmdb';
export { InvalidKey } from './lmdb/key-format.js';
export { LmdbTables, TablesClosed, type LmdbTablesOptions, type TablesStats } from './lmdb/lmdb-tables.js';
export { type SweepResult } from './lmdb/row-writer.js';
export { InvalidRow } from './lmdb/value-format.js';
