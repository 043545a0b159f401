import { expect, test } from '@jest/globals';
import { driftOf, samplesIn, type Moment } from './timeline.js';

const moments = (memoryAt: (index: number) => number): Moment[] =>
  Array.from({ length: 120 }, (_, index) => ({
    seconds: index * 15,
    events: 15_000,
    cpuMicroseconds: { standalone: 1_500_000 },
    longestStopMs: { standalone: 40 },
    residentMegabytes: { standalone: memoryAt(index) },
    heapMegabytes: { standalone: 200 + (index % 5) * 30 },
    diskMegabytes: { lmdb: index * 10 },
    inFlightEvents: index % 7 === 0 ? 3_000 : 100,
    queryableP99Ms: 30,
  }));

test('memory that is filled at first and then stays is flat, whatever collecting garbage makes of it', () => {
  const drift = driftOf(moments((index) => 500 + Math.min(index, 50) * 10 + (index % 9) * 20));
  expect(drift.map(({ what, verdict }) => [what, verdict])).toEqual([
    ['memory of standalone, MB', 'flat'],
    ['heap of standalone, MB', 'flat'],
    ['events in flight', 'flat'],
    ['disk of lmdb, MB', 'is meant to grow'],
  ]);
  expect(drift.at(-1)?.growthPerHour).toBeCloseTo(2_400, 6);
});

test('memory that grows to the end by more than a twentieth an hour is found out', () => {
  const [drift] = driftOf(moments((index) => 500 + index * 0.25));
  expect(drift).toMatchObject({ verdict: 'GROWS' });
  expect(drift?.growthPerHour).toBeCloseTo(60, 6);
  expect(driftOf(moments((index) => 500 + index * 0.05))[0]?.verdict).toBe('flat');
});

test('too few moments say nothing', () => {
  expect(driftOf(moments(() => 1).slice(0, 5))).toEqual([]);
  expect(driftOf(moments((index) => 500 + index).slice(0, 30))[0]?.verdict).toBe('too short to say');
});

test('a metric is read from what a process tells of itself, and nothing is no figure', () => {
  const heap = 'nodejs_heap_size_used_bytes';
  const text = `# TYPE ${heap} gauge\n${heap} 1.5e6\n${heap}{thread="counting"} 20\n`;
  expect(samplesIn(text, heap)).toEqual([1_500_000, 20]);
  expect(samplesIn('', heap)).toEqual([]);
});
