import { expect, test } from '@jest/globals';
import { machineTime, readMachineTime, stolenShare } from './stolen-time.js';

test('what the host gave to others is a share of all time, in which guests are counted once', () => {
  const before = readMachineTime('cpu  100 0 50 800 0 0 0 50 90 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n');
  const after = readMachineTime('cpu  150 0 50 820 0 0 0 80 130 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n');
  expect(before).toEqual({ all: 1_000, stolen: 50 });
  expect(stolenShare(before, after)).toBeCloseTo(0.3);
});

test('where the kernel does not tell, or no time went by, nothing is said', async () => {
  expect(readMachineTime('intr 1 2 3\n')).toBeUndefined();
  expect(readMachineTime('cpu  1 2 3 4\n')).toBeUndefined();
  const now = await machineTime();
  expect(stolenShare(now, now)).toBeUndefined();
  expect(stolenShare(undefined, now)).toBeUndefined();
});
