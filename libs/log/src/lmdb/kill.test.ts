import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { LmdbEventLog } from './lmdb-event-log.js';

const writer = fileURLToPath(new URL('acknowledging-writer.fixture.js', import.meta.url));

test('every entry that was acknowledged is there after kill -9, three times in a row', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ticketrail-kill-'));
  const acknowledged: string[] = [];
  for (let round = 1; round <= 3; round += 1) {
    acknowledged.push(...(await linesUntilKilled(directory, 1_000 * round)));
    // The dead process left its lock behind.
    const log = await LmdbEventLog.open({ directory, now: Date.now });
    for (const line of acknowledged) {
      const [stream, partition, seq, id] = line.split(' ') as ['ingest' | 'events', string, string, string];
      expect((await log.at(stream, Number(partition), Number(seq)))?.id).toBe(id);
    }
    for (const partition of [0, 1, 2]) {
      const [first, last] = [await log.first('ingest', partition), await log.last('ingest', partition)];
      expect(first?.seq).toBe(1);
      for (let seq = 1; seq <= (last?.seq ?? 0); seq += 1) expect(await log.at('ingest', partition, seq)).toBeDefined();
    }
    await log.close();
  }
  await rm(directory, { recursive: true });
});

/** Runs the writer until it has printed `count` lines, kills it, and hands over every line that came out. */
async function linesUntilKilled(directory: string, count: number): Promise<string[]> {
  const child = spawn(process.execPath, [writer, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (lines.length === count) child.kill('SIGKILL');
  }
  await closed;
  expect(lines.length).toBeGreaterThanOrEqual(count);
  return lines;
}
