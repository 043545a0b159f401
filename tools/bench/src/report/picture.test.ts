import { expect, test } from '@jest/globals';
import type { RunResult } from '../run.js';
import { roundUp } from './chart.js';
import { pictureOf } from './picture.js';
import { bar } from './progress.js';

const result = (rate: number, p99: number): RunResult =>
  ({
    options: { rate, locations: 100, tenants: 1 },
    timeline: [],
    isSustained: true,
    httpMs: { count: 9, p50: 1, p95: 2, p99: 3, max: 4 },
    queryableMs: { count: 0, p50: Number.NaN, p95: Number.NaN, p99, max: Number.NaN },
    usage: [{ role: 'a<b', cpuMicrosecondsPerEvent: 50 }],
  }) as unknown as RunResult;

test('the picture is well-formed, in the order of the rates, and leaves out what was not measured', () => {
  const picture = pictureOf('A & B', {
    results: [result(20_000, 80), result(10_000, Number.NaN)],
    prototypes: [],
    isGrowth: false,
  });
  expect(picture).toContain('<title>A &amp; B</title>');
  expect(picture).toContain('a&lt;b');
  expect(picture).not.toMatch(/NaN|undefined|Infinity/);
  const opened = [...picture.matchAll(/<(\w+)[^>]*(?<!\/)>/g)].map(([, name]) => name);
  const closed = [...picture.matchAll(/<\/(\w+)>/g)].map(([, name]) => name);
  expect(opened.sort()).toEqual(closed.sort());
  // Two rates of the CPU line, on the lower left and on the right.
  expect(picture).toMatch(/<polyline points="(\d+\.\d),(\d+\.\d) (?!\1)(\d+\.\d),\2"/);
});

test('the latency of a rate that is not sustained is left out, as it grows with the time', () => {
  const drawn = (isSustained: boolean): string =>
    pictureOf('rates', {
      results: [result(1_000, 50), { ...result(2_000, 40_000), isSustained }],
      prototypes: [],
      isGrowth: false,
    });
  expect(drawn(true)).toContain('>50k</text>');
  expect(drawn(false)).not.toContain('k</text>');
});

test('growth is drawn over each axis, and a long run over its time', () => {
  const picture = pictureOf('growth', {
    results: [result(1_000, 1), result(5_000, 2)].map((one) => ({ ...one, curve: 'events a second' })),
    prototypes: [],
    isGrowth: true,
  });
  expect(picture).toContain('CPU µs an event over tenants');
  expect(picture).toMatch(/<polyline points="\d+\.\d,\d+\.\d \d/);
  expect(picture).not.toMatch(/NaN|undefined|Infinity/);
  const moment = (seconds: number) => ({
    seconds,
    events: 9,
    cpuMicroseconds: { api: 9 },
    longestStopMs: {},
    residentMegabytes: { api: 100 },
    heapMegabytes: { api: 50 },
    diskMegabytes: { lmdb: seconds },
    inFlightEvents: 5,
    queryableP99Ms: Number.NaN,
  });
  const soak = { ...result(1_000, 1), timeline: [moment(1), moment(2)] };
  const drawn = pictureOf('soak', { results: [soak], prototypes: [], isGrowth: false });
  expect(drawn).toContain('Heap in use, MB, at 1000 events/s');
  expect(drawn).not.toMatch(/NaN|undefined|Infinity/);
});

test('without any run the picture is empty and still a picture', () => {
  expect(pictureOf('none', { results: [], prototypes: [], isGrowth: false })).toMatch(/^<svg[\s\S]*<\/svg>\n$/);
});

test.each([
  [1, 1],
  [1.1, 2],
  [30, 50],
  [50, 50],
  [51, 100],
  [40_000, 50_000],
])('an axis for %d ends at %d', (value, end) => {
  expect(roundUp(value)).toBeCloseTo(end, 9);
});

test('a bar is as full as the share, and never fuller', () => {
  expect(bar(0)).toBe(`[${'-'.repeat(24)}]`);
  expect(bar(0.5)).toBe(`[${'#'.repeat(12)}${'-'.repeat(12)}]`);
  expect(bar(7)).toBe(`[${'#'.repeat(24)}]`);
});
