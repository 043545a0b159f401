// Runs the cluster: engines, migrator, services, synthetic restaurants; and ends them in that order backwards.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../steps.mjs';
import { openEngines } from './engines.mjs';
import { ROLES } from './options.mjs';
import { KeptProcess, run } from './processes.mjs';

const READY_MS_MAX = 120_000;
const { isEmpty, counts } = JSON.parse(process.argv[2]);
const directory = resolve(process.env.DATA_DIR ?? 'data', 'cluster');
const say = (sentence) => console.log(sentence);

/** What has to be ended, the newest last. */
const ends = [];
let ending;
let isEnding = false;
const end = (code) => {
  isEnding = true;
  return (ending ??= endAll(code));
};
async function endAll(code) {
  for (const stop of ends.toReversed()) {
    await stop().catch((error) => {
      code = 1;
      say(error.message);
    });
  }
  process.exit(code);
}
process.on('SIGTERM', () => end(0));
process.on('SIGINT', () => end(0));
process.stdin.on('end', () => end(0)).on('error', () => end(0));
process.stdin.resume();

try {
  await main();
} catch (error) {
  if (!isEnding) say(`\nThe cluster did not start: ${error.message}\n`);
  await end(1);
}

async function main() {
  mkdirSync(directory, { recursive: true });
  const isNew = !existsSync(join(directory, 'engines'));
  const engines = await openEngines({ directory: join(directory, 'engines'), env: process.env, say });
  ends.push(engines.stop);
  if (isEnding) return end(0);
  const key = process.env.TICKETRAIL_API_KEY || developmentKey();
  // The disk of a developer is smaller than that of a cluster.
  const env = { LOG_GIGABYTES_MAX: '4', ...process.env, ...engines.env, TICKETRAIL_API_KEY: key, HOST: '127.0.0.1' };

  const migrator = run('migrator', process.execPath, [entryOf('migrator')], env);
  ends.push(async () => void migrator.child.kill());
  const code = await migrator.ended;
  ends.pop();
  if (isEnding) return;
  if (code !== 0) throw new Error('the migrator could not prepare the engines; what it said stands above.');

  const services = await startServices(env);
  const url = services.find(({ role }) => role === 'api').url;
  const collector = services.find(({ role }) => role === 'collector').url;
  await Promise.all(services.map(untilReady));
  if (isEnding) return;
  if (!isEmpty) await startSynthetic(collector, key, isNew);
  say(
    [
      '',
      `Ticketrail is ready at ${url}`,
      `  dashboard        ${url}/#key=${key}`,
      `  post events to   ${services
        .filter(({ role }) => role === 'collector')
        .map((service) => service.url)
        .join(', ')}`,
      process.env.TICKETRAIL_API_KEY ? '  key              TICKETRAIL_API_KEY' : `  development key  ${key}`,
      `  engines          ${engines.name}`,
      `  data             ${directory}`,
      ...services.map(({ kept, url }) => `  ${kept.name.padEnd(16)} ${url} (pid ${kept.pid})`),
      isEmpty
        ? '  restaurants      none (--empty): post events to /v1/events'
        : '  restaurants      synthetic: 40 of a chain, 12 in Ontario',
      '  stop             Ctrl-C',
      '',
    ].join('\n'),
  );
}

/** Started together; ended collector first, so that what was taken is settled and counted before the others go. */
async function startServices(env) {
  const services = [];
  const byRole = new Map(ROLES.map((role) => [role, []]));
  for (const role of ROLES) {
    for (let number = 1; number <= counts[role]; number++) {
      const port = await freePort(role === 'api' && number === 1 ? Number(process.env.PORT || 8080) : undefined);
      const name = `${role}-${number}`;
      const kept = new KeptProcess(name, process.execPath, [entryOf(role)], {
        ...env,
        PORT: String(port),
        MEMBER_NAME: name,
      });
      const service = { role, kept, url: `http://127.0.0.1:${port}` };
      services.push(service);
      byRole.get(role).push(service);
    }
  }
  for (const role of ROLES.toReversed()) {
    ends.push(async () => void (await Promise.all(byRole.get(role).map(({ kept }) => kept.stop()))));
  }
  return services;
}

async function untilReady({ kept, url }) {
  const deadline = Date.now() + READY_MS_MAX;
  let said = 'it does not answer';
  for (;;) {
    if (isEnding) return;
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    said = (await answer?.text()) ?? said;
    if (Date.now() > deadline) throw new Error(`${kept.name} is not ready after ${READY_MS_MAX / 1000} s: ${said}`);
    await sleep(250);
  }
}

async function startSynthetic(url, key, isNew) {
  const { startSynthetic: begin } = await import(join(root, 'apps/generator/dist/index.js'));
  // Another seed at every start: the same one would send the same event ids, and they would be duplicates.
  const seed = Math.floor(Date.now() / 1000) % 2 ** 31;
  const synthetic = begin({ url, key, seed, backfillMinutes: isNew ? 90 : 0 });
  ends.push(async () => synthetic.stop());
}

function entryOf(app) {
  return join(root, 'apps', app, 'dist/main.js');
}

function developmentKey() {
  const file = join(directory, 'development-key');
  if (!existsSync(file)) {
    writeFileSync(file, `dev-${randomBytes(18).toString('base64url')}\n`, { mode: 0o600 });
  }
  return readFileSync(file, 'utf8').trim();
}

/** `wanted` where it is free or given by a person, else any. */
function freePort(wanted = 0) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) =>
      wanted === 0 ? reject(error) : reject(new Error(`port ${wanted} is taken; set PORT to another.`)),
    );
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
