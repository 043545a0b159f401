// Makes a key pair for each service: `node tools/setup/make-nkeys.mjs <directory> [LOG_PREFIX]` writes `<service>.seed`, which
// only that service may see, and `users.conf`, which nats-server.conf includes. What is there is never overwritten.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import { nkeys } from '@nats-io/transport-node';
import { authorizationBlock, NATS_SERVICES } from './engines/nats-permissions.mjs';

/** @param prefix the installation's LOG_PREFIX */
export function makeNkeys(directory, prefix = '') {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const publicKeys = {};
  for (const service of NATS_SERVICES) {
    const pair = nkeys.createUser();
    const file = join(directory, `${service}.seed`);
    writeFileSync(file, `${new TextDecoder().decode(pair.getSeed())}\n`, { mode: 0o600, flag: 'wx' });
    publicKeys[service] = pair.getPublicKey();
    pair.clear();
  }
  const users = authorizationBlock(publicKeys, prefix);
  writeFileSync(join(directory, 'users.conf'), users, { flag: 'wx' });
  return users;
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) {
  const [directory, prefix] = argv.slice(2);
  if (directory === undefined) {
    console.error('Name the directory to write the keys into: node tools/setup/make-nkeys.mjs <directory>');
    process.exit(1);
  }
  try {
    makeNkeys(directory, prefix);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    console.error(`${error.path} is there already; keys are not overwritten. Name another directory.`);
    process.exit(1);
  }
  console.log(`Wrote a seed for each service and users.conf into ${directory}.`);
}
