// A nats-server for development and tests: found or built, and started on a directory.
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cacheDirectory } from './cache-directory.mjs';

export const NATS_VERSION = '2.15.2';
/** Older servers lack what the log asks of a stream. */
const VERSION_MIN = [2, 12];
const START_MS_MAX = 20_000;
/** How long a server may take to end by itself before it is killed. */
const STOP_MS_MAX = 10_000;
/** On so few cores everything else runs beside the server. */
const SHARED_CORES_MAX = 2;

const run = promisify(execFile);

export async function provisionNats(say = () => undefined) {
  const named = process.env.NATS_SERVER_PATH;
  if (named) {
    if ((await versionOf(named)) !== undefined) return named;
    throw new Error(
      `NATS_SERVER_PATH is ${named}, which is no nats-server that runs here; set it to one, or unset it.`,
    );
  }
  if (isNewEnough(await versionOf('nats-server'))) return 'nats-server';
  const folder = join(cacheDirectory(), `nats-server-${NATS_VERSION}`);
  const binary = join(folder, process.platform === 'win32' ? 'nats-server.exe' : 'nats-server');
  if (existsSync(binary)) return binary;
  await build(folder, say);
  return binary;
}

export async function startNats({ directory, port, maxFileStore, config = '' }) {
  const binary = await provisionNats();
  mkdirSync(directory, { recursive: true });
  const chosen = port ?? (await freePort());
  // The same after a restart: servers of a cluster know each other by name.
  const name = `ticketrail-${createHash('sha256').update(`${directory} ${chosen}`).digest('hex').slice(0, 12)}`;
  const file = join(directory, 'nats-server.conf');
  await writeFile(file, configuration({ name, port: chosen, directory, maxFileStore, config }));
  const outputFile = join(directory, 'nats-server.log');
  const output = openSync(outputFile, 'a');
  const child = spawn(binary, ['-c', file], { stdio: ['ignore', output, output], env: environment() });
  closeSync(output);
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
    child.once('error', resolve);
  });
  // A server must not outlive whoever started it.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  void ended.then(() => process.removeListener('exit', kill));

  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      const timer = setTimeout(kill, STOP_MS_MAX);
      await ended;
      clearTimeout(timer);
    }
  };
  try {
    await untilItAnswers(chosen, name, child);
  } catch (error) {
    await stop();
    throw new Error(`nats-server did not start: ${error.message}\n${lastLines(outputFile)}`, { cause: error });
  }
  return { url: `nats://127.0.0.1:${chosen}`, port: chosen, pid: child.pid, process: child, stop };
}

/**
 * With one thread for Go code a message costs a fifth less: Go's threads wake each other and look for work in vain. Syncs do
 * not hold it up, as another thread takes over while one is in the kernel. Whoever sets GOMAXPROCS decides.
 */
function environment() {
  return availableParallelism() > SHARED_CORES_MAX ? process.env : { GOMAXPROCS: '1', ...process.env };
}

function configuration({ name, port, directory, maxFileStore, config }) {
  return `host: 127.0.0.1
port: ${port}
server_name: ${name}
max_payload: 8MB
jetstream {
  store_dir: ${JSON.stringify(join(directory, 'jetstream'))}
  sync_interval: always
  ${maxFileStore === undefined ? '' : `max_file_store: ${maxFileStore}`}
}
${config}
`;
}

/** Builds next to the final place and moves the result there, so that two builds at once do not disturb each other. */
async function build(folder, say) {
  mkdirSync(cacheDirectory(), { recursive: true });
  const target = mkdtempSync(join(cacheDirectory(), 'building-nats-server-'));
  say(`Building nats-server ${NATS_VERSION} with Go, once: about a minute`);
  try {
    await run('go', ['install', `github.com/nats-io/nats-server/v2@v${NATS_VERSION}`], {
      env: { ...process.env, GOBIN: target, GOFLAGS: '' },
      maxBuffer: 1 << 26,
    });
    if (!existsSync(folder)) renameSync(target, folder);
  } catch (error) {
    if (existsSync(folder)) return;
    throw new Error(
      error.code === 'ENOENT'
        ? `This needs a nats-server: install version ${VERSION_MIN.join('.')} or newer (https://nats.io/download), set NATS_SERVER_PATH to one, or install Go so that it can be built.`
        : `Building nats-server ${NATS_VERSION} failed; install one, or set NATS_SERVER_PATH to one.\n${error.stderr ?? error.message}`,
      { cause: error },
    );
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

async function versionOf(binary) {
  try {
    const { stdout } = await run(binary, ['--version']);
    return /v(\d+)\.(\d+)/.exec(stdout)?.slice(1).map(Number);
  } catch {
    return undefined;
  }
}

function isNewEnough(version) {
  if (version === undefined) return false;
  const [major, minor] = version;
  return major > VERSION_MIN[0] || (major === VERSION_MIN[0] && minor >= VERSION_MIN[1]);
}

/** A port that nobody listens on now. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** The server says its name to whoever connects, and only once JetStream has found its streams. */
async function untilItAnswers(port, name, child) {
  const deadline = Date.now() + START_MS_MAX;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) throw new Error('it ended');
    const greeting = await greetingOf(port);
    if (greeting?.server_name === name && greeting.jetstream === true) return;
    if (Date.now() > deadline) throw new Error(`it did not answer on port ${port} within ${START_MS_MAX / 1000} s`);
    await pause(20);
  }
}

function greetingOf(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let text = '';
    const end = (greeting) => {
      socket.destroy();
      resolve(greeting);
    };
    socket.setTimeout(1000, () => end(undefined));
    socket.on('error', () => end(undefined));
    socket.on('close', () => end(undefined));
    socket.on('data', (data) => {
      text += data;
      if (!text.includes('\r\n')) return;
      try {
        end(JSON.parse(text.slice('INFO '.length, text.indexOf('\r\n'))));
      } catch {
        end(undefined);
      }
    });
  });
}

function lastLines(file) {
  return readFileSync(file, 'utf8').split('\n').slice(-15).join('\n');
}
