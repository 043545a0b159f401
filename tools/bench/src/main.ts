/** The bench: starts the product (or takes one that runs), sends it events at fixed rates, and says what became of them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { help, readOptions, UsageError, type BenchOptions } from './options.js';
import { measureCeilings } from './ceilings/ceilings.js';
import { comparePeers } from './peers/peers.js';
import { startCluster } from './product/cluster.js';
import { runningProduct, type StartProduct } from './product/product.js';
import { startStandalone } from './product/standalone.js';
import { pictureOf } from './report/picture.js';
import { Progress } from './report/progress.js';
import { sayCeilings, sayPeers, sayRun, sayShares, sayUsage } from './report/report.js';
import { headOf, runColumns } from './report/table.js';
import { requestSizes } from './load/request-sizes.js';
import { run, type RunResult } from './run.js';
import { search } from './search.js';

const progress = new Progress();
const say = (text: string): void => {
  progress.clear();
  process.stdout.write(`${text}\n`);
};

function starterOf({ target, profileDirectory }: BenchOptions): StartProduct {
  if (target === 'standalone') return () => startStandalone(profileDirectory);
  if (target === 'cluster') return () => startCluster(profileDirectory);
  return () => Promise.resolve(runningProduct(target.url, target.apiUrl, target.key, target.processes));
}

async function main(options: BenchOptions): Promise<void> {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`;
  const target = typeof options.target === 'string' ? options.target : options.target.url.host;
  const title = `${target} on ${machine}, generator included; ${options.run.locations} locations`;
  say(
    `${title}; ${options.run.seconds} s a run after ${options.run.warmupSeconds} s of warm-up; ` +
      `${options.run.duplicates * 100} % duplicates, ${options.run.late * 100} % late, ${options.run.malformed * 100} % malformed\n`,
  );
  if (options.profileDirectory !== undefined) await mkdir(options.profileDirectory, { recursive: true });
  const start = starterOf(options);
  const ceilings = options.hasCeilings ? await measureCeilings(options, progress.show) : undefined;
  if (ceilings !== undefined) say(sayCeilings(ceilings));

  const results: RunResult[] = [];
  const runAt = async (rate: number): Promise<RunResult> => {
    progress.show(0, 'starting the product');
    const product = await start();
    try {
      const result = await run(product, { ...options.run, rate }, progress.show);
      results.push(result);
      say(sayRun(result));
      return result;
    } finally {
      progress.show(1, 'stopping the product');
      await product.stop();
      progress.clear();
    }
  };
  say(headOf(runColumns));
  let highest: RunResult | undefined;
  if (options.isSearch) {
    highest = await search(options.rates[0] as number, requestSizes(options.run.batch).events, runAt);
    say(`\nhighest sustained rate: ${highest === undefined ? 'none' : `${highest.options.rate} events/s`}\n`);
  } else {
    for (const rate of options.rates) await runAt(rate);
  }
  say(sayUsage(results));
  if (ceilings !== undefined) say(sayShares(results, ceilings));
  const peers = options.hasPeers ? await comparePeers(start, options, progress.show) : undefined;
  if (peers !== undefined) say(sayPeers(peers));

  if (options.jsonFile !== undefined) {
    const everything = {
      machine,
      target,
      at: new Date().toISOString(),
      options: options.run,
      ceilings,
      results,
      highest: highest?.options.rate,
      peers,
    };
    await writeFile(options.jsonFile, `${JSON.stringify(everything, undefined, 2)}\n`);
  }
  if (options.svgFile !== undefined) await writeFile(options.svgFile, pictureOf(title, results));
  // A search is meant to fail at its last steps; a run that was asked for is not.
  if (options.isSearch) return;
  if (results.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
  else if (results.some((result) => result.void !== undefined)) process.exitCode = 2;
}

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === undefined) say(help);
  else await main(options);
} catch (error) {
  progress.clear();
  process.stderr.write(
    error instanceof UsageError ? `${error.message}\n` : `${(error as Error).stack ?? String(error)}\n`,
  );
  process.exitCode = error instanceof UsageError ? 64 : 70;
}
