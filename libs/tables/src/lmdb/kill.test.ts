import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { linesUntilKilled } from '@ticketrail/lmdb/killing';
import { killedTable } from './killed-table.fixture.js';
import { LmdbTables } from './lmdb-tables.js';

const writerProgram = new URL('acknowledging-writer.fixture.js', import.meta.url);

test('every row that was answered a sync ago, in a life that was asked for since, is there after kill -9', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ticketrail-kill-'));
  const acknowledged: string[] = [];
  for (let round = 1; round <= 3; round += 1) {
    acknowledged.push(...(await linesUntilKilled(writerProgram, [directory, `${round}`], 1_000)));
    // The dead process left its lock behind.
    const tables = await LmdbTables.open({ directory, now: Date.now });
    const newest = new Map<number, number>();
    for (const line of acknowledged) {
      const [writer, n] = line.split(' ').map(Number) as [number, number];
      newest.set(writer, Math.max(n, newest.get(writer) ?? 0));
      const [row] = await tables.read(killedTable, [{ writer, position: n }]);
      expect(row).toEqual({ writer, position: n, n, text: 'x'.repeat(n % 300) });
    }
    for (const [writer, n] of newest) {
      const rows = await tables.scan(killedTable, { writer });
      // Each call wrote position 0 and a position of its own.
      expect(rows[0]?.['n']).toBeGreaterThanOrEqual(n);
    }
    await tables.close();
  }
  await rm(directory, { recursive: true });
});
