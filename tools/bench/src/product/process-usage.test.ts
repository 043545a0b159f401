import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { readUsage, usageOf } from './process-usage.js';
import { productCpu, snapshotOf, usageBetween } from './usage-meter.js';

const stat = (ticks: number): string =>
  `12 (a (strange) name) S 1 12 12 0 -1 4194304 9 0 0 0 ${ticks} 50 0 0 20 0 11 0`;
const status = 'Name:\tnode\nVmHWM:\t    4096 kB\nVmRSS:\t    2048 kB\n';
const io = (bytes: number): string =>
  `rchar: 1\nwchar: 2\nread_bytes: 3\nwrite_bytes: ${bytes}\ncancelled_write_bytes: 0\n`;

test('what the kernel says of a process is read, whatever it is called', () => {
  expect(readUsage(stat(150), status, io(4_096))).toEqual({
    cpuMicroseconds: 2_000_000,
    residentBytes: 2_097_152,
    residentPeakBytes: 4_194_304,
    writtenBytes: 4_096,
  });
  expect(readUsage(stat(150), status, '').writtenBytes).toBeNaN();
});

test('processes of one role are added up, and the generator is not the product', () => {
  const before = [
    { role: 'api', pid: 1, usage: readUsage(stat(0), status, io(0)) },
    { role: 'api', pid: 2, usage: readUsage(stat(0), status, io(0)) },
    { role: 'generator', pid: 3, usage: readUsage(stat(0), status, io(0)) },
  ];
  const after = [
    { role: 'api', pid: 1, usage: readUsage(stat(100), status, io(1_000)) },
    { role: 'api', pid: 2, usage: readUsage(stat(200), status, io(3_000)) },
    { role: 'generator', pid: 3, usage: readUsage(stat(500), status, io(0)) },
  ];
  const usage = usageBetween(before, after, 1_000);
  expect(usage).toEqual([
    {
      role: 'api',
      cpuMicrosecondsPerEvent: 3_000,
      writtenBytesPerEvent: 4,
      residentMegabytes: 4,
      residentPeakMegabytes: 8,
    },
    {
      role: 'generator',
      cpuMicrosecondsPerEvent: 5_000,
      writtenBytesPerEvent: 0,
      residentMegabytes: 2,
      residentPeakMegabytes: 4,
    },
  ]);
  expect(productCpu(usage)).toBe(3_000);
});

test('a process that was killed counts no more, and the one in its place from its beginning', async () => {
  const role = 'aggregator';
  const usage = readUsage(stat(250), status, io(0));
  const before = [{ role, pid: 1, usage }];
  const [restarted] = usageBetween(before, [{ role, pid: 2, usage }], 1_000);
  expect(restarted).toMatchObject({ role, cpuMicrosecondsPerEvent: 3_000 });
  expect(usageBetween(before, [], 1_000)).toMatchObject([{ role, cpuMicrosecondsPerEvent: 0 }]);
  const ended = spawnSync(process.execPath, ['--version']);
  expect(await snapshotOf([{ role, pid: ended.pid }])).toEqual([]);
});

test('this very process uses time and memory', async () => {
  const usage = await usageOf(process.pid);
  expect(usage.cpuMicroseconds).toBeGreaterThan(0);
  expect(usage.residentPeakBytes).toBeGreaterThanOrEqual(usage.residentBytes);
});
