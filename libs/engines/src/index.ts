/** What every process needs of its engines, and the embedded ones. Those of a cluster: `@ticketrail/engines/cluster`. */
export { openEmbedded } from './embedded-engines.js';
export type { Engines, LogEngine } from './engines.js';
export { EnginesModule } from './engines.module.js';
export { OwnedPartitions } from './owned-partitions.js';
export { CountingThread } from './threads/counting-thread.js';
export { runThread } from './threads/run-thread.js';
