/** Guards what an event costs without looking at a clock. Bounds are a quarter more than what was counted when they were set. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from '@jest/globals';
import type { Costs } from './costs.js';

const flags = ['--no-opt', '--single-threaded', '--min-semi-space-size=1024', '--max-semi-space-size=1024'];
const locations = 2_000;

let costs: Costs & { readonly collections: number };

beforeAll(async () => {
  const script = fileURLToPath(new URL('costs-process.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, String(locations)]);
  costs = JSON.parse(stdout) as typeof costs;
}, 120_000);

test('nothing was collected while it was counted', () => {
  expect(costs.collections).toBe(0);
});

test.each([
  ['normaliseBytes', 1_320],
  ['settleBytes', 515],
  ['foldBytes', 11_300],
  ['settledLogBytes', 315],
  ['rowsWritten', 2.52],
  ['rowsPublished', 1.44],
] as const)('%s of an event stays below its bound', (name, counted) => {
  // Far below, it is no longer the bound that is to be guarded.
  expect(costs[name]).toBeGreaterThan(counted * 0.3);
  expect(costs[name]).toBeLessThan(counted * 1.25);
});
