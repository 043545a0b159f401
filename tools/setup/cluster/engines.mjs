// Where a cluster's engines come from: addresses from the environment; else docker compose, where an engine answers; else both
// are fetched and started on this machine.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { TABLES_SYNC_MS } from '../engines/cassandra.mjs';
import { startEngines } from '../engines/local-engines.mjs';
import { root } from '../steps.mjs';

/** Answers the variables that say where they are, how to name them to a person, and how to end them. */
export async function openEngines({ directory, env, say }) {
  if (env.NATS_URL && env.CQL_CONTACT_POINTS) {
    return {
      env: { NATS_URL: env.NATS_URL, CQL_CONTACT_POINTS: env.CQL_CONTACT_POINTS },
      name: 'as the environment says',
      stop: async () => {},
    };
  }
  if (env.NATS_URL || env.CQL_CONTACT_POINTS) {
    throw new Error('Set both NATS_URL and CQL_CONTACT_POINTS, or neither.');
  }
  return hasCompose() ? composeEngines(say) : localEngines(directory, say);
}

function hasCompose() {
  const answers = (args) => spawnSync('docker', args, { stdio: 'ignore', timeout: 10_000 }).status === 0;
  return answers(['compose', 'version']) && answers(['info', '--format', '{{.ServerVersion}}']);
}

function compose(...args) {
  const file = join(root, 'infra/compose.yaml');
  // The file asks for a key for its services, of which none is started here.
  const env = { TICKETRAIL_API_KEY: 'not-used-by-engines', ...process.env };
  const done = spawnSync('docker', ['compose', '-f', file, ...args], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  if (done.status !== 0) throw new Error(`docker compose ${args[0]} failed; what it said stands above.`);
}

async function composeEngines(say) {
  say('Starting ScyllaDB and NATS with docker compose …');
  compose('up', '--detach', '--wait', 'scylla', 'nats');
  return {
    env: {
      NATS_URL: 'nats://127.0.0.1:4222',
      CQL_CONTACT_POINTS: '127.0.0.1:9042',
      CQL_LOCAL_DATACENTER: 'datacenter1',
    },
    name: 'NATS and ScyllaDB in docker compose (they keep their data in volumes)',
    stop: async () => compose('stop', 'scylla', 'nats'),
  };
}

async function localEngines(directory, say) {
  say('Starting nats-server and Cassandra …');
  const engines = await startEngines({ directory, say });
  return {
    env: {
      NATS_URL: engines.natsUrl,
      CQL_CONTACT_POINTS: engines.cqlContactPoint,
      TABLES_SYNC_MS: String(TABLES_SYNC_MS),
    },
    name: `nats-server (pid ${engines.nats.pid}) and Cassandra (pid ${engines.cassandra.pid}) on this machine`,
    stop: () => engines.stop(),
  };
}
