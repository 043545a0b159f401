import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { linesUntilKilled } from '@ticketrail/lmdb/killing';
import { LmdbEventLog } from './lmdb-event-log.js';

const writerProgram = new URL('acknowledging-writer.fixture.js', import.meta.url);

test('every entry that was acknowledged is there after kill -9, three times in a row', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ticketrail-kill-'));
  const acknowledged: string[] = [];
  for (let round = 1; round <= 3; round += 1) {
    acknowledged.push(...(await linesUntilKilled(writerProgram, [directory], 1_000 * round)));
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
