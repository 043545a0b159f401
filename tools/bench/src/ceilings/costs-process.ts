/**
 * Prints the costs of an event as JSON: costs-process.js LOCATIONS. To be run with the flags in costs.test.ts.
 *
 * With room for all young objects nothing is collected while it counts, so that the heap grows by what is taken; and without
 * optimisation, which happens when a clock says so, it takes the same number of bytes each time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { PerformanceObserver } from 'node:perf_hooks';
import { costsOf } from './costs.js';

const collectedAt: number[] = [];
new PerformanceObserver((list) => {
  for (const { startTime } of list.getEntries()) collectedAt.push(startTime);
}).observe({ entryTypes: ['gc'] });
const { costs, since, until } = costsOf({ locations: Number(process.argv[2]), entryEvents: 100 });
// The observer is told between two turns.
await sleep(50);
const collections = collectedAt.filter((at) => at >= since && at <= until).length;
console.log(JSON.stringify({ ...costs, collections }));
