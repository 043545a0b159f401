/**
 * A process to be killed: writes rows as fast as it can and prints `writer n` for each call that was answered. Every call
 * replaces one row of the writer and adds another. Its arguments are the directory and the round, which raises the clocks.
 */
import { killedTable } from './killed-table.fixture.js';
import { LmdbTables } from './lmdb-tables.js';

const [directory = '', round = ''] = process.argv.slice(2);
const tables = await LmdbTables.open({ directory, now: Date.now });

async function writeForever(writer: number): Promise<never> {
  for (let n = Number(round) * 1_000_000; ; n += 1) {
    await tables.write(
      [0, n].map((position) => ({
        table: killedTable,
        row: { writer, position, n, text: 'x'.repeat(n % 300) },
        clock: n,
      })),
    );
    process.stdout.write(`${writer} ${n}\n`);
  }
}

for (let writer = 0; writer < 16; writer += 1) void writeForever(writer);
