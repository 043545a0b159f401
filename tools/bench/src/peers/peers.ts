/**
 * The product beside databases that people would take instead: the same events held, the same events coming in, the same
 * questions asked meanwhile. The databases are installed on demand and are no part of the product.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheDirectory } from '../../../setup/engines/cache-directory.mjs';
import type { BenchOptions } from '../options.js';
import { Program } from '../product/child-process.js';
import type { StartProduct } from '../product/product.js';
import { TemporaryDirectory } from '../product/temporary-directory.js';
import type { OnProgress } from '../run.js';
import { writeEvents } from './event-file.js';
import { askProduct } from '../queries/ask-product.js';
import { questions } from '../queries/questions.js';
import type { PeerResult, PeersResult } from './peer-result.js';

const run = promisify(execFile);
const scripts = fileURLToPath(new URL('../../peers', import.meta.url));
/** Exact, so that figures of two days are of the same databases. */
const packages = ['chdb==4.4.0', 'psycopg[binary]==3.3.9'];
const installMsMax = 600_000;
/** Beyond loading and asking, which take as long as they take. */
const peerMsMax = 3_600_000;
const tellEveryMs = 500;
const peers = [
  { name: 'ClickHouse (chdb, embedded)', script: 'clickhouse.py' },
  { name: 'PostgreSQL 15', script: 'postgresql.py' },
];

/**
 * The product alone, or beside its peers.
 * @param onStep is given what is known after each of them, so that what was measured is not lost with what comes after it
 */
export async function comparePeers(
  start: StartProduct,
  options: BenchOptions,
  onProgress: OnProgress,
  onStep: (result: PeersResult) => Promise<void>,
): Promise<void> {
  const results: PeerResult[] = [];
  const [rate = Number.NaN] = options.rates;
  const step = async (name: string, measure: (onProgress: OnProgress) => Promise<PeerResult>): Promise<void> => {
    const show: OnProgress = (share, text) => onProgress(share, `${name}: ${text}`);
    show(0, 'starting');
    results.push(await measure(show).catch((error: unknown) => missing(name, error)));
    await onStep({ events: options.heldEvents, rate, asks: options.asks, peers: results });
  };
  const product = typeof options.target === 'string' ? `Ticketrail, ${options.target}` : 'Ticketrail';
  await step(product, (show) => askProduct(product, start, options, show));
  if (!options.hasPeers) return;
  let python: string | undefined;
  for (const { name, script } of peers) {
    await step(name, async (show) => {
      python ??= await installPython();
      return askPeer(name, python, script, options, show);
    });
  }
}

/** A Python with the peers' packages, in the cache directory; made once. */
async function installPython(): Promise<string> {
  const directory = join(cacheDirectory(), `bench-peers-${packages.join('-').replaceAll(/[^\w.=-]/g, '_')}`);
  const python = join(directory, 'bin', 'python');
  const done = join(directory, 'installed');
  if (existsSync(done)) return python;
  await rm(directory, { recursive: true, force: true });
  await mkdir(cacheDirectory(), { recursive: true });
  await run('python3', ['-m', 'venv', directory], { timeout: installMsMax });
  await run(python, ['-m', 'pip', 'install', '--quiet', ...packages], { timeout: installMsMax });
  await writeFile(done, '');
  return python;
}

async function askPeer(
  name: string,
  python: string,
  script: string,
  options: BenchOptions,
  onProgress: OnProgress,
): Promise<PeerResult> {
  const directory = new TemporaryDirectory();
  try {
    const [old, recent, coming] = ['old', 'recent', 'coming'].map((file) => join(directory.path, `${file}.ndjson`)) as [
      string,
      string,
      string,
    ];
    const { applied, recentEndsAt } = await writeEvents({ old, recent, coming }, options, onProgress);
    const program = Program.run(
      name,
      python,
      [
        join(scripts, script),
        `--directory=${directory.path}`,
        `--old=${old}`,
        `--recent=${recent}`,
        `--recent-ends=${recentEndsAt / 1_000}`,
        `--coming=${coming}`,
        `--rate=${options.rates[0]}`,
        `--seconds=${options.run.seconds}`,
        `--applied=${applied}`,
        `--asks=${options.asks}`,
        `--questions=${JSON.stringify(questions.map(({ name: question }) => question))}`,
      ],
      { env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } },
    );
    const telling = setInterval(() => {
      const { share, text } = progressIn(program.output);
      onProgress(share, text);
    }, tellEveryMs);
    try {
      await program.succeeded(peerMsMax);
    } finally {
      clearInterval(telling);
      await program.stop();
    }
    const last = program.output.trimEnd().split('\n').at(-1) as string;
    return { name, problem: undefined, ...(JSON.parse(last) as Omit<PeerResult, 'name' | 'problem'>) };
  } finally {
    await directory.remove();
  }
}

/** The last that a peer said of how far it is. */
export function progressIn(output: string): { share: number; text: string } {
  const [, share = '0', text = 'loading'] =
    /^progress ([0-9.]+) (.*)$/m.exec(output.slice(output.lastIndexOf('progress '))) ?? [];
  return { share: Number(share), text };
}

function missing(name: string, error: unknown): PeerResult {
  const text = error instanceof Error ? error.message : String(error);
  return {
    name,
    problem: text.trim().split('\n').slice(-1)[0] as string,
    loadPerSecond: Number.NaN,
    freshness: { p50: Number.NaN, p95: Number.NaN },
    behindEvents: Number.NaN,
    queries: [],
    unasked: Number.NaN,
    countsOnce: false,
  };
}
