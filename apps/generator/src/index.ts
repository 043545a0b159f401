export type { ChainDialect } from './chain-events.js';
export { NO_FAULTS, ORDINARY_FAULTS, type Arrival, type Fault, type Faults, type Truth } from './faults.js';
export { arrivingBefore, type ArrivalSource } from './arrivals.js';
export { createSource, type SourceOptions } from './sources.js';
export { Sender, type SenderOptions, type SenderStats } from './sender.js';
export { startSynthetic, type Synthetic, type SyntheticOptions, type SyntheticStats } from './synthetic.js';
