import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DirectoryLock } from './directory-lock.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ticketrail-lock-'));
});
afterEach(() => rm(directory, { recursive: true }));

const leaveLock = (pid: number, started: string): Promise<void> =>
  writeFile(join(directory, 'writer.lock'), JSON.stringify({ pid, started }));

test('one holder at a time; released, it may be taken again, and leaves nothing behind', async () => {
  const lock = DirectoryLock.acquire(directory);
  expect(() => DirectoryLock.acquire(directory)).toThrow(`${directory} is in use by process ${process.pid}`);
  lock.release();
  lock.release();
  DirectoryLock.acquire(directory).release();
  expect(await readdir(directory)).toEqual([]);
});

test('a living process keeps its lock', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const exited = once(child, 'exit');
  try {
    await leaveLock(child.pid ?? 0, '');
    expect(() => DirectoryLock.acquire(directory)).toThrow(`in use by process ${child.pid}`);
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
  DirectoryLock.acquire(directory).release();
});

test('a lock is taken over from a process that is dead, was followed by another, or had this very id', async () => {
  await leaveLock(2 ** 22 + 1, '1');
  DirectoryLock.acquire(directory).release();
  await leaveLock(process.ppid, 'another start');
  DirectoryLock.acquire(directory).release();
  await leaveLock(process.pid, 'an earlier start');
  DirectoryLock.acquire(directory).release();
  await writeFile(join(directory, 'writer.lock'), 'no JSON');
  DirectoryLock.acquire(directory).release();
  expect(await readdir(directory)).toEqual([]);
});
