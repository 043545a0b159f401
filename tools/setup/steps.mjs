// The steps that every command begins with: each says what it does, is skipped when nothing has changed, and ends with a plain
// sentence when something is missing. Uses nothing but Node, since nothing else is there on a fresh clone.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const stamps = join(root, '.cache');
const NODE_MIN = [20, 19];

/** Ends the command with a sentence for a person. */
export function fail(sentence) {
  console.error(`\n${sentence}\n`);
  process.exit(1);
}

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1])) {
    fail(`Ticketrail needs Node ${NODE_MIN.join('.')} or newer; this is Node ${process.versions.node}.`);
  }
}

/** Installs what package-lock.json names, unless that is what is installed. */
export async function install() {
  const lock = join(root, 'package-lock.json');
  await unlessStamped('install', fingerprint([lock]), existsSync(join(root, 'node_modules')), async () => {
    await step('Installing packages (npm ci)', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      onFail: 'The packages could not be installed. Is the npm registry reachable from here?',
    });
  });
}

/** Builds everything that changed since it was built last. */
export async function build() {
  const packages = ['libs', 'apps', 'tools'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(root, folder, name)),
  );
  const built = packages
    .filter((path) => existsSync(join(path, 'tsconfig.json')))
    .every((path) => existsSync(join(path, 'dist')));
  const sources = [...packages.flatMap(sourceFiles), join(root, 'tsconfig.base.json'), join(root, 'package-lock.json')];
  await unlessStamped('build', fingerprint(sources), built, async () => {
    await step(
      'Building',
      process.execPath,
      [join(root, 'node_modules/nx/dist/bin/nx.js'), 'run-many', '-t', 'build', '--parallel=2'],
      {
        env: { NX_DAEMON: 'false', NX_NO_CLOUD: 'true' },
        onFail: 'The build failed; what it said stands above.',
      },
    );
  });
}

function sourceFiles(folder) {
  if (!statSync(folder).isDirectory()) return [folder];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((path) => !/[\\/](dist|node_modules)[\\/]/.test(path));
}

function fingerprint(files) {
  const hash = createHash('sha256');
  for (const file of files.toSorted()) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

async function unlessStamped(name, wanted, isThere, run) {
  const file = join(stamps, `${name}.stamp`);
  if (isThere && existsSync(file) && readFileSync(file, 'utf8') === wanted) return;
  await run();
  mkdirSync(stamps, { recursive: true });
  writeFileSync(file, wanted);
}

/** Runs a command, showing that it runs; its output only when it fails, or all of it with `show`. */
export async function step(title, command, args, { env = {}, onFail, show = false } = {}) {
  const started = Date.now();
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  const isTerminal = process.stdout.isTTY === true && !show;
  if (!isTerminal) console.log(`${title} …`);
  const ticker = setInterval(() => isTerminal && process.stdout.write(`\r${title} … ${seconds()} `), 200);
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
  });
  const output = [];
  child.stdout?.on('data', (data) => output.push(data));
  child.stderr?.on('data', (data) => output.push(data));
  const status = await new Promise((resolve) => {
    child.on('error', () => resolve(-1));
    child.on('close', resolve);
  });
  clearInterval(ticker);
  if (status !== 0) {
    process.stderr.write(`\n${Buffer.concat(output).toString()}`);
    fail(onFail ?? `${title} failed.`);
  }
  console.log(isTerminal ? `\r${title} … ${seconds()}, done` : `${title}: done in ${seconds()}`);
}
