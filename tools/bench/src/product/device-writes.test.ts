import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { deviceWrites, sectorsIn } from './device-writes.js';

test('the sectors a device wrote are the seventh number of its statistics', () => {
  expect(sectorsIn('  832642    88152 26700250   762781 32675125  2793615 502408536 21619948        0\n')).toBe(
    502_408_536,
  );
});

test('what is synced to a disk is counted, where the device is known', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'device-writes-'));
  try {
    const before = await deviceWrites(directory);
    const file = openSync(join(directory, 'file'), 'w');
    writeSync(file, Buffer.alloc(4 << 20, 1));
    fsyncSync(file);
    closeSync(file);
    const after = await deviceWrites(directory);
    const written = before === undefined || after === undefined ? Infinity : after - before;
    expect(written).toBeGreaterThanOrEqual(4 << 20);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('a directory that is not there has no device', async () => {
  expect(await deviceWrites('/nowhere/at/all')).toBeUndefined();
});
