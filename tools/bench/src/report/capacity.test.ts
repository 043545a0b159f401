import { expect, test } from '@jest/globals';
import { costsOf, defaultAssumptions, needOf, type Costs } from './capacity.js';
import { capacityText } from './capacity-text.js';
import type { Kept } from './kept-results.js';

const costs: Costs = {
  rate: 20_000,
  cpuMicroseconds: { collector: 10, enricher: 10, aggregator: 30, api: 20, 'nats-server': 20, cassandra: 40 },
  logBytes: 600,
  tableBytes: 400,
  diskSeconds: 1_800,
};

test('a hundred million events a day are reckoned step by step', () => {
  const need = needOf(100_000_000, costs, defaultAssumptions);
  expect(need.meanPerSecond).toBeCloseTo(1_157.4, 1);
  expect(need.peakPerSecond).toBeCloseTo(5_787, 0);
  // 5,787 × 30 µs = 0.17 cores: one process, and a spare one. 5,787 × 40 µs × 3 copies = 0.69 cores: the least there may be.
  expect(need.parts.find(({ part }) => part === 'aggregator')).toMatchObject({ count: 2 });
  expect(need.parts.find(({ part }) => part === 'aggregator')?.cores).toBeCloseTo(0.174, 3);
  expect(need.parts.find(({ part }) => part === 'cassandra')).toMatchObject({ count: 3 });
  expect(need.parts.find(({ part }) => part === 'cassandra')?.cores).toBeCloseTo(0.694, 3);
  // Eight processes on nodes of four cores, and one node more; three of each engine.
  expect(need).toMatchObject({ partitions: 8, serviceNodes: 3, nodes: 9 });
  expect(need.apiShare).toBeCloseTo(0.116, 3);
  // 1e8 × 600 bytes × 3 of one day; 1e8 × 400 bytes × 3 of 1,830 days, and half of it free.
  expect(need.logGigabytes).toBeCloseTo(180, 6);
  expect(need.tableGigabytes).toBeCloseTo(329_400, 3);
  expect(need.pricePerMonth).toBeCloseTo(9 * 4 * 730 * 0.05 + (180 + 329_400) * 0.1, 3);
});

test('ten times as many need ten times the disk, more processes and partitions, and never less of anything', () => {
  const one = needOf(100_000_000, costs, defaultAssumptions);
  const ten = needOf(1_000_000_000, costs, defaultAssumptions);
  expect(ten.tableGigabytes / one.tableGigabytes).toBeCloseTo(10, 9);
  expect(ten.apiShare).toBeGreaterThan(1);
  expect(ten.parts.find(({ part }) => part === 'aggregator')?.count).toBe(4);
  expect(ten.partitions).toBe(16);
  expect(ten.nodes).toBeGreaterThan(one.nodes);
});

const run = (rate: number, seconds: number, isSustained: boolean, growthPerHour?: number): Kept['results'][number] =>
  ({
    options: { rate, seconds },
    isSustained,
    usage: [
      { role: 'collector', cpuMicrosecondsPerEvent: 1e5 / rate },
      { role: 'cassandra', cpuMicrosecondsPerEvent: 2e5 / rate },
      { role: 'generator', cpuMicrosecondsPerEvent: 5 },
    ],
    diskBytesPerEvent: { cassandra: 9_999, 'nats-server': 700 },
    drifts:
      growthPerHour === undefined
        ? []
        : [{ what: 'disk of cassandra, MB', level: 1, growthPerHour, verdict: 'is meant to grow' }],
  }) as unknown as Kept['results'][number];

test('CPU is of the quickest sustained run, disk of the longest, by its slope', () => {
  const found = costsOf({ results: [run(10_000, 1_800, true, 3_600), run(20_000, 20, true), run(40_000, 20, false)] });
  expect(found.rate).toBe(20_000);
  expect(found.cpuMicroseconds).toEqual({ collector: 5, cassandra: 10 });
  expect(found.tableBytes).toBeCloseTo(104.86, 2);
  expect(found.logBytes).toBe(700);
  expect(found.diskSeconds).toBe(1_800);
  expect(() => costsOf({ results: [run(40_000, 20, false)] })).toThrow(RangeError);
});

test('the page says what it was reckoned from, and where one api is not enough', () => {
  const needs = [100_000_000, 1_000_000_000].map((events) => needOf(events, costs, defaultAssumptions));
  const page = capacityText({ machine: 'two cores', at: '2026-03-14T18:00:00.000Z' }, costs, needs, defaultAssumptions);
  expect(page).toContain('| 100,000,000 | 1,157, 5,787 | 8 | 3 | 3 | 3 | 9 | 180 | 329,400 |');
  expect(page).toContain('measurement of 2026-03-14 on two cores');
  expect(page).toContain('check yours');
  expect(page).toContain('several clusters');
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
  const unmeasured = { ...costs, tableBytes: Number.NaN, diskSeconds: 20 };
  const short = capacityText({ machine: 'm', at: '2026' }, unmeasured, [], defaultAssumptions);
  expect(short).toContain('not measured bytes in the tables');
  expect(short).toContain('too short to trust');
});
