import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { number, SOURCE_ARGUMENTS, SOURCE_HELP, sourceOptions, text, UsageError, wholeNumber } from './command-line.js';
import { ORDINARY_FAULTS } from './faults.js';
import { tempoForRate } from './sources.js';
import { startSynthetic, type SyntheticStats } from './synthetic.js';

export const LOAD_HELP = `Usage: load [options]    posts live events to a server at a steady rate until stopped

  --url URL                 where the server is (TICKETRAIL_URL, or http://127.0.0.1:8080)
  --key KEY                 its key (TICKETRAIL_API_KEY, or the file development-key in DATA_DIR)
  --rate N                  events per second (33)
  --seconds N               stop after so long (never)
  --requests N              requests in flight at most (4)
  --backfill-minutes N      history to post first (0)
  --backfill-events-max N   about how long it gets at most (20000)
  --tempo N                 how many times faster than life visits go (as slow as the rate allows)
${SOURCE_HELP}
`;

const REPORT_MS = 5_000;

/** Posts live events until the time is over or the signal comes. */
export async function load(args: string[], signal: AbortSignal, print: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      ...SOURCE_ARGUMENTS,
      url: { type: 'string' },
      key: { type: 'string' },
      rate: { type: 'string' },
      seconds: { type: 'string' },
      requests: { type: 'string' },
      'backfill-minutes': { type: 'string' },
      'backfill-events-max': { type: 'string' },
      tempo: { type: 'string' },
    },
  });
  const url = serverUrl(values.url);
  const rate = number(values, 'rate', 33, 0.001, 1_000_000);
  const seconds = number(values, 'seconds', Infinity, 0.1, 1e9);
  const source = sourceOptions(values, {
    profile: 'both',
    locations: 40,
    dialect: 'locations',
    seed: 1,
    rhythm: 'steady',
    faults: ORDINARY_FAULTS,
  });
  const synthetic = startSynthetic({
    ...source,
    url,
    key: await serverKey(text(values, 'key', '')),
    eventsPerSecond: rate,
    tempo: number(values, 'tempo', tempoForRate(rate), 1, 100_000),
    backfillMinutes: number(values, 'backfill-minutes', 0, 0, 7 * 24 * 60),
    backfillEventsMax: number(values, 'backfill-events-max', 20_000, 1, 1e9),
    sender: { requestsInFlightMax: wholeNumber(values, 'requests', 4, 1, 256) },
  });
  print(`Posting about ${rate} events a second to ${url}. Stop with Ctrl+C.`);
  await synthetic.backfilled;
  const startedMs = performance.now();
  const endMs = startedMs + seconds * 1_000;
  while (!signal.aborted && performance.now() < endMs && synthetic.stats().phase !== 'stopped') {
    const pauseMs = Math.min(REPORT_MS, endMs - performance.now());
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    print(describe(synthetic.stats()));
  }
  await synthetic.stop();
  const stats = synthetic.stats();
  const { malformed, duplicate, late, out_of_order: outOfOrder } = stats.faults;
  print(`${describe(stats)} after ${((performance.now() - startedMs) / 1_000).toFixed(1)} s`);
  print(`Of these were ${duplicate} duplicates, ${late} late, ${outOfOrder} out of order and ${malformed} malformed.`);
  if (stats.accepted === 0 && stats.lastProblem !== null)
    throw new UsageError(`Nothing was accepted. ${stats.lastProblem}`);
}

function describe(stats: SyntheticStats): string {
  const { offered, accepted, rejected, refused, abandoned, dropped, waiting, retries, latenciesMs } = stats;
  const sorted = latenciesMs.toSorted((one, other) => one - other);
  const percentile = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(0);
  const parts = [`${offered} events`, `${accepted} accepted`, `${rejected} rejected`];
  const troubles = { refused, abandoned, dropped, waiting, retries };
  for (const [name, count] of Object.entries(troubles)) if (count > 0) parts.push(`${count} ${name}`);
  if (sorted.length > 0) parts.push(`answered in ${percentile(0.5)} ms (p50), ${percentile(0.99)} ms (p99)`);
  return parts.join(', ');
}

function serverUrl(given: string | undefined): string {
  const url = given ?? process.env['TICKETRAIL_URL'] ?? `http://127.0.0.1:${process.env['PORT'] ?? 8080}`;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError(`--url is an address such as http://127.0.0.1:8080, not "${url}".`);
  return url;
}

/** The key that was given, or the one that a server on this machine has left for development. */
async function serverKey(given: string): Promise<string> {
  const key = given || process.env['TICKETRAIL_API_KEY'];
  if (key) return key;
  const path = join(process.env['DATA_DIR'] ?? 'data', 'development-key');
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    throw new UsageError(`No key: give --key, set TICKETRAIL_API_KEY, or start the server so that it writes ${path}.`);
  }
}
