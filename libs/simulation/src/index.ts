export * from './manual-clock.js';
export * from './memory-disk.js';
export * from './memory-event-log.js';
export * from './memory-tables.js';
