import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { diskUsageOf, diskUsageOfAll } from './disk-usage.js';
import { TemporaryDirectory } from './temporary-directory.js';

test('files of all folders are added up, a hole takes nothing, and what is not there takes nothing', async () => {
  const directory = new TemporaryDirectory();
  mkdirSync(join(directory.path, 'inner'));
  writeFileSync(join(directory.path, 'inner', 'a'), Buffer.alloc(100_000, 1));
  const before = await diskUsageOf(directory.path);
  expect(before).toBeGreaterThanOrEqual(100_000);
  writeFileSync(join(directory.path, 'hole'), '');
  truncateSync(join(directory.path, 'hole'), 10_000_000);
  expect((await diskUsageOf(directory.path)) - before).toBeLessThan(1_000_000);
  rmSync(join(directory.path, 'inner'), { recursive: true });
  expect(await diskUsageOfAll({ gone: join(directory.path, 'inner') })).toEqual({ gone: 0 });
  await directory.remove();
});
