// Both engines of a cluster, for development and tests: one nats-server and one Cassandra on this machine, with their data below
// one directory. Nothing but what provisioning them needs.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { provisionCassandra, startCassandra } from './cassandra.mjs';
import { provisionNats, startNats } from './nats.mjs';

/** Gets what is missing, once; throws an Error that says what to install when it cannot be had. */
export async function provisionEngines(say = () => {}) {
  await provisionNats(say);
  await provisionCassandra(say);
}

/** Starts both, each on a free port unless one is given; when one does not start, the other is stopped again. */
export async function startEngines({ directory, natsPort, cqlPort, say = () => {}, heapMb } = {}) {
  mkdirSync(directory, { recursive: true });
  await provisionEngines(say);
  const [nats, cassandra] = await Promise.allSettled([
    startNats({ directory: join(directory, 'nats'), port: natsPort }),
    startCassandra({ directory: join(directory, 'cassandra'), port: cqlPort, heapMb, say }),
  ]);
  const running = [nats, cassandra].filter(({ status }) => status === 'fulfilled').map(({ value }) => value);
  const stop = async () => void (await Promise.all(running.map((engine) => engine.stop())));
  const failed = [nats, cassandra].find(({ status }) => status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  return {
    nats: nats.value,
    cassandra: cassandra.value,
    natsUrl: nats.value.url,
    cqlContactPoint: cassandra.value.contactPoint,
    stop,
  };
}
