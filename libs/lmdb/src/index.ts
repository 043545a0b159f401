export { DirectoryInUse } from './directory-lock.js';
export { asBuffer, LmdbEnvironment, StorageFailed, StorageFull, type StorageUsage } from './environment.js';
export { WriteLoop } from './write-loop.js';
