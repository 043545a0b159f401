/**
 * The bench. Starts a standalone product (or takes one that runs: --url, --key, --pid), sends events at a fixed rate and says what
 * became of them. `--help` lists the options.
 */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { ceilings } from './ceilings.js';
import { startProduct, type Product } from './product.js';
import { run, type RunResult } from './run.js';
import { search } from './search.js';
import { tableHead, tableRow } from './table.js';

const help = `node tools/bench/dist/main.js [options]
  --rate N         events a second (10000); several with commas, one run each
  --seconds N      how long (20)
  --batch N        events a request: 1, or a divisor of 10000 (100)
  --locations N    restaurants the events come from (20000)
  --duplicates X   share of events sent twice (0.02)
  --markers N      events a second whose way to the answer is timed (20); 0 for none
  --search         find the highest sustained rate, beginning at --rate
  --ceilings       also measure bare HTTP, JSON and disk on this machine
  --url URL --key KEY [--pid PID]   a product that is already running
  --json FILE      write everything as JSON, too`;

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '20' },
    batch: { type: 'string', default: '100' },
    locations: { type: 'string', default: '20000' },
    duplicates: { type: 'string', default: '0.02' },
    markers: { type: 'string', default: '20' },
    search: { type: 'boolean', default: false },
    ceilings: { type: 'boolean', default: false },
    url: { type: 'string' },
    key: { type: 'string' },
    pid: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function numberOf(name: 'seconds' | 'batch' | 'locations' | 'duplicates' | 'markers' | 'pid', text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} is not a number: ${text}`);
  return value;
}

/** A running product keeps its data and its life; one of our own gets a new directory for each run and leaves nothing behind. */
async function product(): Promise<Product> {
  if (values.url === undefined) return startProduct();
  const key = values.key ?? process.env['TICKETRAIL_API_KEY'];
  if (key === undefined) throw new Error('--url needs --key (or TICKETRAIL_API_KEY)');
  const pid = values.pid === undefined ? undefined : numberOf('pid', values.pid);
  return { url: new URL(values.url), key, pid, isFresh: false, stop: () => Promise.resolve() };
}

async function main(): Promise<void> {
  const shared = {
    seconds: numberOf('seconds', values.seconds),
    batch: numberOf('batch', values.batch),
    locations: numberOf('locations', values.locations),
    duplicates: numberOf('duplicates', values.duplicates),
    markersPerSecond: numberOf('markers', values.markers),
  };
  const rates = values.rate.split(',').map(Number);
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`;
  console.log(
    `${machine}; ${shared.locations} locations, ${shared.seconds} s a run, generator and product on this machine\n`,
  );

  const found = values.ceilings ? await ceilings() : [];
  if (found.length > 0) {
    console.log('| ceiling | a second | CPU µs each |\n|---|---|---|');
    for (const { name, perSecond, microsecondsEach } of found) {
      console.log(`| ${name} | ${perSecond.toFixed(0)} | ${microsecondsEach.toFixed(1)} |`);
    }
    console.log('');
  }

  const results: RunResult[] = [];
  const show = (result: RunResult): void => {
    results.push(result);
    console.log(tableRow(result));
  };
  console.log(tableHead);
  if (values.search) {
    if (values.url !== undefined)
      throw new Error('--search starts a product for each step, so it does not go with --url');
    const best = await search({ ...shared, rate: rates[0] as number }, show);
    console.log(`\nhighest sustained rate: ${best === undefined ? 'none' : `${best.options.rate} events/s`}`);
  } else {
    for (const rate of rates) {
      const target = await product();
      try {
        show(await run(target, { ...shared, rate }));
      } finally {
        await target.stop();
      }
    }
  }
  if (values.json !== undefined) {
    await writeFile(
      values.json,
      `${JSON.stringify({ machine, at: new Date().toISOString(), ceilings: found, results }, null, 2)}\n`,
    );
  }
  // A search is meant to fail at its last steps; a run that was asked for is not.
  if (!values.search && results.some((result) => result.faults.length > 0 || result.void !== undefined))
    process.exitCode = 1;
}

if (values.help) console.log(help);
else await main();
