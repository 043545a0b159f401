import { expect, test } from '@jest/globals';
import { Latencies } from './load/latencies.js';
import { minutesOf } from './minutes.js';
import type { Moment } from './timeline.js';

const moment = (seconds: number): Moment => ({
  seconds,
  events: 100,
  cpuMicroseconds: { api: seconds > 61 ? 3_000 : 1_000 },
  residentMegabytes: { api: seconds },
  heapMegabytes: { api: seconds / 2 },
  longestStopMs: { api: seconds },
  diskMegabytes: {},
  inFlightEvents: 0,
  queryableP99Ms: 1,
});

test('moments make minutes, of which the last may be shorter', () => {
  const latencies = new Latencies();
  for (let second = 0; second < 80; second++) latencies.record(second < 60 ? 10 : 20, 5_000 + second * 1_000);
  const minutes = minutesOf([15.1, 30.1, 45.2, 60.2, 75.3].map(moment), latencies, 5_000);
  expect(minutes).toHaveLength(2);
  expect(minutes[0]).toEqual({
    untilSeconds: 60.2,
    queryableMs: { p50: 10, p95: 10, p99: 20 },
    cpuMicrosecondsPerEvent: { api: 10 },
    residentMegabytes: { api: 60.2 },
    heapMegabytes: { api: 30.1 },
    longestStopMs: { api: 60.2 },
  });
  expect(minutes[1]?.queryableMs).toEqual({ p50: 20, p95: 20, p99: 20 });
  expect(minutes[1]?.cpuMicrosecondsPerEvent).toEqual({ api: 30 });
});
