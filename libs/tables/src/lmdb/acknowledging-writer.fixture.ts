/**
 * A process to be killed: writes rows and prints `writer n` for each call that was answered so long ago that it is on disk, as
 * a checkpoint would take it to be. Every call replaces one row of the writer and adds another. Its arguments are the directory
 * and the round, which raises the clocks.
 */
import { setTimeout } from 'node:timers/promises';
import { killedTable } from './killed-table.fixture.js';
import { LmdbTables } from './lmdb-tables.js';

const [directory = '', round = ''] = process.argv.slice(2);
const tables = await LmdbTables.open({ directory, now: Date.now, syncEveryMs: 5 });

async function writeForever(writer: number): Promise<never> {
  for (let n = Number(round) * 1_000_000; ; n += 1) {
    await tables.write(
      [0, n].map((position) => ({
        table: killedTable,
        row: { writer, position, n, text: 'x'.repeat(n % 300) },
        clock: n,
      })),
    );
    void vouch(`${writer} ${n}\n`);
    await setTimeout(1);
  }
}

async function vouch(line: string): Promise<void> {
  const answered = Date.now();
  // A timer counts from the beginning of its turn, and so may end before its time.
  while (Date.now() < answered + tables.syncMs) await setTimeout(tables.syncMs);
  await tables.life();
  process.stdout.write(line);
}

for (let writer = 0; writer < 16; writer += 1) void writeForever(writer);
