import type { RunOptions } from './run.js';

/** A second of a little of everything. */
export const LITTLE_LOAD: RunOptions = {
  rate: 2_000,
  warmupSeconds: 0,
  seconds: 1,
  batch: 20,
  locations: 50,
  duplicates: 0.02,
  late: 0.02,
  malformed: 0.02,
  stageLagSeconds: 2,
  tenants: 1,
  markersPerSecond: 20,
  momentEverySeconds: 0,
  givenUpBehindSeconds: undefined,
  p99MaxMs: undefined,
  kill: undefined,
};
