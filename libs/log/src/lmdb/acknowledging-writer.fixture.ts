/**
 * A process to be killed: appends as fast as it can and prints `stream partition seq` for each append that was answered.
 * Its argument is the directory of the log.
 */
import { LmdbEventLog } from './lmdb-event-log.js';

const log = await LmdbEventLog.open({ directory: process.argv[2] ?? '', now: Date.now });

async function appendForever(stream: 'ingest' | 'events', partition: number, writer: number): Promise<never> {
  for (let n = 1; ; n += 1) {
    const id = `${writer}-${n}`;
    const seq = await log.append(stream, partition, { id, body: id.repeat(n % 700) });
    process.stdout.write(`${stream} ${partition} ${seq} ${id}\n`);
  }
}

for (let writer = 0; writer < 16; writer += 1) {
  void appendForever(writer % 2 === 0 ? 'ingest' : 'events', writer % 3, writer);
}
