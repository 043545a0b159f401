// A real Apache Cassandra for development and tests: its jars come from Maven once, and each start is a process of its own in a
// directory of its own. Uses nothing but Node, since nothing else is there on a fresh clone.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDirectory } from './cache-directory.mjs';
import { cassandraYaml, javaArguments, logbackXml } from './cassandra-configuration.mjs';

export { TABLES_SYNC_MS } from './cassandra-configuration.mjs';

const pom = fileURLToPath(new URL('cassandra-pom.xml', import.meta.url));
/** Cassandra 5 is made for these; newer ones refuse it. */
const [JAVA_MIN, JAVA_MAX] = [11, 17];
const START_MS_MAX = 180_000;
const STOP_MS_MAX = 20_000;
/** The same while it writes down its classes. */
const ARCHIVE_MS_MAX = 120_000;

/**
 * How Cassandra runs on a machine that it shares with the services: behind them, and without looking for work all the time.
 *
 * Answers come from the changelog, so rows may be late and figures may not: with a lower priority the slowest hundredth of the
 * events waits less than half as long. And a worker of Cassandra that finds nothing to do sleeps for some ten microseconds and looks
 * again, as long as anything comes in at all; nothing in Cassandra can be set against it. Linux ends a sleep later where it may, here
 * by up to two milliseconds instead of 50 µs, which takes half of the processor's time off a moderate load. A worker that is given work is
 * woken at once. The shell says both of itself, which needs no privilege, and what it becomes keeps them; where there is no such
 * file, on anything but Linux, sleeps stay as they are.
 */
const IN_THE_BACKGROUND = '{ echo 2000000 > /proc/self/timerslack_ns; } 2> /dev/null; exec nice -n 10 "$0" "$@"';

/**
 * Makes sure that Cassandra can be started, downloading it once; `say` is told what takes long. Answers the directory of the
 * jars, the `java` to run and the archive of classes. Throws an Error of one sentence when something has to be installed first.
 */
export async function provisionCassandra(say = () => {}) {
  const { java, build } = findJava();
  const classpath = await provisionJars(say);
  return { classpath, java, archive: await provisionArchive({ classpath, java, build, say }) };
}

async function provisionJars(say) {
  const version = /<version>(5[^<]*)</.exec(readFileSync(pom, 'utf8'))[1];
  const classpath = join(cacheDirectory(), `cassandra-${version}`);
  if (existsSync(classpath)) return classpath;
  if (spawnSync('mvn', ['-v'], { stdio: 'ignore' }).status !== 0) {
    throw new Error('Cassandra comes by Maven, which is missing: install it (Debian: apt-get install maven).');
  }
  say(`Downloading Apache Cassandra ${version}`);
  // Others may do the same at the same time: whoever is first has it, and nobody sees half of it.
  const partial = `${classpath}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  try {
    await download(partial);
    if (!existsSync(classpath)) renameSync(partial, classpath);
  } catch (error) {
    if (!existsSync(classpath)) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return classpath;
}

/**
 * The classes of a Cassandra that has started, as Java has them in memory: a start that maps them takes 30 % less of the
 * processor. Made once for each build of Java by starting and stopping one. Java does without an archive that does not fit;
 * undefined where none could be made.
 */
async function provisionArchive({ classpath, java, build, say }) {
  const archive = `${classpath}-${createHash('sha256').update(`${java} ${build}`).digest('hex').slice(0, 12)}.jsa`;
  if (existsSync(archive)) return archive;
  say('Starting Cassandra once, to keep its classes for the next starts');
  const partial = `${archive}.${process.pid}`;
  const directory = mkdtempSync(join(tmpdir(), 'ticketrail-cassandra-'));
  try {
    const server = await launch({ directory, classpath, java, sharing: `-XX:ArchiveClassesAtExit=${partial}` });
    await server.end('SIGTERM', ARCHIVE_MS_MAX);
    if (!existsSync(partial)) return undefined;
    renameSync(partial, archive);
    return archive;
  } finally {
    rmSync(partial, { force: true });
    rmSync(directory, { recursive: true, force: true });
  }
}

async function download(into) {
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${into}`];
  const maven = spawn('mvn', ['-q', '-B', '-f', pom, ...goal], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = [];
  maven.stdout.on('data', (data) => output.push(data));
  maven.stderr.on('data', (data) => output.push(data));
  const [status] = await once(maven, 'close');
  if (status === 0) return;
  throw new Error(
    `Maven could not download Cassandra; is its repository reachable from here?\n${Buffer.concat(output)}`,
  );
}

function findJava() {
  const { JAVA_HOME, JAVA_HOME_17_X64 } = process.env;
  const homes = [JAVA_HOME, JAVA_HOME_17_X64].filter((home) => home !== undefined && home !== '');
  const seen = [];
  for (const java of [...homes.map((home) => join(home, 'bin/java')), 'java']) {
    const asked = spawnSync(java, ['-version'], { encoding: 'utf8' });
    const major = Number(/version "(?:1\.)?(\d+)/.exec(asked.stderr ?? '')?.[1]);
    if (major >= JAVA_MIN && major <= JAVA_MAX) return { java, build: asked.stderr };
    if (asked.status === 0) seen.push(major);
  }
  throw new Error(
    `Cassandra 5 needs Java ${JAVA_MIN} to ${JAVA_MAX}, ${seen.length > 0 ? `and here is Java ${seen.join(', ')}` : 'which is missing'}: ` +
      `install it (Debian: apt-get install openjdk-17-jre-headless) or set JAVA_HOME.`,
  );
}

/**
 * Starts a Cassandra on the loopback and answers once it takes CQL. `directory` keeps everything; the same directory (and
 * port) may be started again after `stop` or `kill`. Should this process die, its Cassandra dies with it.
 *
 * `stop` ends it in order, `kill` at once as kill -9 does; both answer when it is gone.
 *
 * @param {{directory: string, port?: number, heapMb?: number, commitLogSync?: 'group' | 'batch' | 'periodic', say?: (text: string) => void}} options
 */
export async function startCassandra({ say, ...options }) {
  const { classpath, java, archive } = await provisionCassandra(say);
  const sharing = archive === undefined ? '-Xshare:auto' : `-XX:SharedArchiveFile=${archive}`;
  const { contactPoint, port, pid, process, end } = await launch({ ...options, classpath, java, sharing });
  return { contactPoint, port, pid, process, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

/** @param sharing the argument of Java that reads or makes an archive of classes */
async function launch({ directory, port, heapMb = 1024, commitLogSync = 'periodic', classpath, java, sharing }) {
  directory = resolve(directory);
  mkdirSync(directory, { recursive: true });
  const [freePort, storagePort] = await freePorts(2);
  port ??= freePort;
  writeFileSync(join(directory, 'cassandra.yaml'), cassandraYaml({ directory, port, storagePort, commitLogSync }));
  writeFileSync(join(directory, 'logback.xml'), logbackXml({ directory }));

  const output = openSync(join(directory, 'output.log'), 'a');
  const command = [java, sharing, ...javaArguments({ directory, jars: classpath, heapMb })];
  const server = spawn('/bin/sh', ['-c', IN_THE_BACKGROUND, ...command], {
    cwd: directory,
    env: { ...process.env, CASSANDRA_HOME: '', CASSANDRA_CONF: '' },
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const gone = new Promise((resolve) => {
    server.on('exit', resolve);
    server.on('error', resolve);
  });
  const guard = guardOf(server);
  const end = async (signal, msMax = STOP_MS_MAX) => {
    server.kill(signal);
    const patience = setTimeout(() => server.kill('SIGKILL'), msMax);
    await gone;
    clearTimeout(patience);
    guard.release();
  };

  try {
    await answersCql(port, server, gone, directory);
  } catch (error) {
    await end('SIGKILL');
    throw error;
  }
  return {
    contactPoint: `127.0.0.1:${port}`,
    port,
    pid: server.pid,
    process: server,
    end,
  };
}

/** A process that waits for the end of this one, however it ends, and then ends the server. */
function guardOf(server) {
  // What the shell reads never comes: its input ends when this process does.
  const guard = spawn('/bin/sh', ['-c', 'read -r released || kill -9 "$0"', String(server.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.on('error', () => {});
  guard.stdin.on('error', () => {});
  guard.unref();
  guard.stdin.unref();
  return { release: () => guard.stdin.end('released\n') };
}

async function answersCql(port, server, gone, directory) {
  let isGone = false;
  void gone.then(() => (isGone = true));
  const deadline = Date.now() + START_MS_MAX;
  while (!(await saysSupported(port))) {
    if (isGone) throw new Error(`Cassandra ended while it started; its last words:\n${lastWords(directory)}`);
    if (Date.now() > deadline) {
      throw new Error(
        `Cassandra did not answer within ${START_MS_MAX / 1000} s; its last words:\n${lastWords(directory)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Sends OPTIONS of the CQL binary protocol, version 4, and waits for SUPPORTED. */
function saysSupported(port) {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 2000 });
    const answer = (isSupported) => {
      socket.destroy();
      resolve(isSupported);
    };
    socket.on('connect', () => socket.write(Buffer.from([4, 0, 0, 0, 5, 0, 0, 0, 0])));
    socket.on('data', (data) => answer(data[0] === 0x84 && data[4] === 6));
    socket.on('error', () => answer(false));
    socket.on('timeout', () => answer(false));
    socket.on('close', () => answer(false));
  });
}

function lastWords(directory) {
  return ['output.log', 'cassandra.log']
    .map((name) => join(directory, name))
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'utf8').slice(-4000))
    .join('\n');
}

/** Ports that were free a moment ago, all different. */
async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
