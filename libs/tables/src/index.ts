export { SchemaMissing } from './cql/check-schema.js';
export { type CqlConnection } from './cql/connection.js';
export { CqlTables, type CqlTablesOptions, type CqlTablesStats } from './cql/cql-tables.js';
export { TablesBusy, TablesRefused, TablesUnavailable } from './cql/failures.js';
export {
  DatabaseNewer,
  migrate,
  MigrationChanged,
  SchemaNotAgreed,
  type MigrateOptions,
  type MigrateResult,
} from './cql/migrate.js';
export { readMigrations, type Migration } from './cql/migrations.js';
export { ddlOf, schemaCql } from './cql/schema.js';
export { DirectoryInUse, StorageFailed, StorageFull, type StorageUsage } from '@ticketrail/lmdb';
export { InvalidKey } from './lmdb/key-format.js';
export { TablesOfAnotherVersion } from './lmdb/table-layouts.js';
export { LmdbTables, TablesClosed, type LmdbTablesOptions, type TablesStats } from './lmdb/lmdb-tables.js';
export { type SweepResult } from './lmdb/row-writer.js';
export { InvalidRow } from './lmdb/value-format.js';
