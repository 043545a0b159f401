/** Raw JetStream: the same bytes published and consumed, each message on disk before it is acknowledged. */
import { DiscardPolicy, jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { Ceiling } from './ceiling.js';
import { measure } from './measure.js';
import { ingestEntries, type StageOptions } from './stages.js';

const stream = 'BENCH_CEILING';
const partitions = 8;
const measuredEvents = 200_000;

export async function jetStreamCeilings(natsUrl: string, natsPid: number, options: StageOptions): Promise<Ceiling[]> {
  const connection = await connect({ servers: natsUrl });
  try {
    const manager = await jetstreamManager(connection);
    const subjects = [`${stream}.*`];
    await manager.streams.add({ name: stream, subjects, storage: StorageType.File, discard: DiscardPolicy.New });
    const client = jetstream(connection, { timeout: 10_000 });
    const bodies = ingestEntries(20_000, options).map(({ batch }) => JSON.stringify(batch));
    const perPartition = Math.ceil(measuredEvents / options.entryEvents / partitions);

    const publish = await measure(async () => {
      // One message of a partition is on its way at a time, as a log that keeps their order has it.
      await Promise.all(
        Array.from({ length: partitions }, async (_, partition) => {
          for (let i = 0; i < perPartition; i++) {
            await client.publish(`${stream}.${partition}`, bodies[i % bodies.length] as string);
          }
        }),
      );
      return perPartition * partitions * options.entryEvents;
    }, natsPid);

    const consume = await measure(async () => {
      const consumer = await client.consumers.get(stream, { filter_subjects: subjects });
      let [left, read] = [perPartition * partitions, 0];
      const messages = await consumer.consume({ max_messages: 500 });
      for await (const message of messages) {
        read += message.data.length;
        if (--left === 0) break;
      }
      if (read === 0) throw new Error('nothing was consumed');
      return perPartition * partitions * options.entryEvents;
    }, natsPid);
    await manager.streams.delete(stream);
    const kilobytes = ((bodies[0] as string).length / 1_024).toFixed(0);
    return [
      { id: 'jetstream-publish', name: `JetStream publish, messages of ${kilobytes} KiB, each synced`, ...publish },
      { id: 'jetstream-consume', name: 'JetStream consume of the same', ...consume },
    ];
  } finally {
    await connection.close();
  }
}
