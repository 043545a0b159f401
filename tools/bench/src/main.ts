/** The bench: starts the product (or takes one that runs), sends it events at fixed rates, and says what became of them. */
import { mkdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { measureCeilings } from './ceilings/ceilings.js';
import { runPrototype } from './ceilings/prototype.js';
import { help, UsageError } from './command-line.js';
import { growthRuns } from './growth.js';
import { requestSizes } from './load/request-sizes.js';
import { readOptions, type BenchOptions } from './options.js';
import { comparePeers } from './peers/peers.js';
import { startCluster } from './product/cluster.js';
import { runningProduct, type StartProduct } from './product/product.js';
import { startStandalone } from './product/standalone.js';
import { KeptResults } from './report/kept-results.js';
import { Progress } from './report/progress.js';
import { sayCeilings, sayGrowth, sayPeers, sayPrototypes, sayRun, sayShares, sayUsage } from './report/report.js';
import { headOf, runColumns } from './report/table.js';
import { run, type RunOptions, type RunResult } from './run.js';
import { search } from './search.js';
import { driftOf } from './timeline.js';

const progress = new Progress();
const say = (text: string): void => {
  progress.clear();
  process.stdout.write(`${text}\n`);
};

function starterOf({ target, partitions, profileDirectory }: BenchOptions): StartProduct {
  if (target === 'standalone') return (tenants) => startStandalone({ tenants, partitions, profileDirectory });
  if (target === 'cluster') return (tenants) => startCluster({ tenants, partitions, profileDirectory });
  return () => Promise.resolve(runningProduct(target.url, target.apiUrl, target.key, target.processes));
}

class Bench {
  readonly #start: StartProduct;
  readonly #kept: KeptResults;

  constructor(private readonly options: BenchOptions) {
    const { run: load, rates, partitions } = options;
    const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`;
    const target = typeof options.target === 'string' ? options.target : options.target.url.host;
    const title = `${target} on ${machine}, generator included; ${load.locations} locations, ${load.tenants} tenants`;
    const results = { results: [], prototypes: [], problems: [] };
    const unmeasured = { ceilings: undefined, highest: undefined, peers: undefined };
    const at = new Date().toISOString();
    this.#kept = new KeptResults(
      { machine, target, at, options: load, rates, partitions, ...results, ...unmeasured },
      title,
      options,
    );
    this.#start = starterOf(options);
    say(
      `${title}; ${load.seconds} s a run after ${load.warmupSeconds} s of warm-up; ` +
        `${load.duplicates * 100} % duplicates, ${load.late * 100} % late, ${load.malformed * 100} % malformed\n`,
    );
  }

  async measure(): Promise<void> {
    const { options } = this;
    const { all } = this.#kept;
    if (options.profileDirectory !== undefined) await mkdir(options.profileDirectory, { recursive: true });
    if (options.hasCeilings) {
      all.ceilings = await measureCeilings(options, progress.show);
      say(sayCeilings(all.ceilings));
      await this.#kept.write();
    }
    if (!options.hasQueries) await this.#runs();
    if (options.hasQueries || options.hasPeers) {
      await comparePeers(this.#start, options, progress.show, async (peers) => {
        all.peers = peers;
        await this.#kept.write();
      });
      if (all.peers !== undefined) say(sayPeers(all.peers));
    }
    for (const { what, reason } of all.problems) say(`not measured: ${what}: ${reason}`);
  }

  async #runs(): Promise<void> {
    const { options } = this;
    const { all } = this.#kept;
    const [first] = options.rates as [number];
    say(headOf(runColumns));
    if (options.isSearch) {
      const step = requestSizes(options.run.batch).events;
      const highest = await search(first, step, (rate) => this.#runOrProblem({ ...options.run, rate }));
      all.highest = highest?.options.rate;
      say(`\nhighest sustained rate: ${highest === undefined ? 'none' : `${highest.options.rate} events/s`}\n`);
      await this.#kept.write();
    } else {
      const runs = options.rates.map((rate) => ({ ...options.run, rate }));
      for (const one of options.isGrowth ? growthRuns(runs[0] as RunOptions) : runs) await this.#tryRun(one);
    }
    say(sayUsage(all.results));
    if (options.isGrowth) say(sayGrowth(all.results));
    if (all.ceilings !== undefined) say(sayShares(all.results, all.ceilings));
    if (all.prototypes.length > 0) say(sayPrototypes(all.results, all.prototypes));
  }

  /** One that cannot go on does not keep the others from being measured. */
  async #tryRun(load: RunOptions): Promise<void> {
    await this.#runOrProblem(load);
    const { prototypeDirectory } = this.options;
    const { prototypes } = this.#kept.all;
    if (prototypeDirectory === undefined || prototypes.some(({ asked }) => asked === load.rate)) return;
    progress.show(0, `the prototype at ${load.rate} events/s`);
    await this.#orProblem(`the prototype at ${load.rate} events/s`, async () => {
      prototypes.push(await runPrototype(prototypeDirectory, load));
    });
    await this.#kept.write();
  }

  async #runOrProblem(load: RunOptions): Promise<RunResult | undefined> {
    const what = `${load.rate} events/s, ${load.locations} locations, ${load.tenants} tenants`;
    let result: RunResult | undefined;
    await this.#orProblem(what, async () => void (result = await this.#runAt(load)));
    return result;
  }

  async #orProblem(what: string, measure: () => Promise<unknown>): Promise<void> {
    try {
      await measure();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#kept.all.problems.push({ what, reason });
      progress.clear();
      process.stderr.write(`${what}: ${reason}\n`);
      await this.#kept.write();
    }
  }

  async #runAt(load: RunOptions): Promise<RunResult> {
    progress.show(0, 'starting the product');
    const product = await this.#start(load.tenants);
    try {
      const result = await run(product, load, progress.show);
      this.#kept.all.results.push({ ...result, drifts: driftOf(result.timeline) });
      say(sayRun(result));
      await this.#kept.write();
      return result;
    } finally {
      progress.show(1, 'stopping the product');
      await product.stop();
      progress.clear();
    }
  }

  get exitCode(): number {
    const { results, problems, peers } = this.#kept.all;
    // A search is meant to fail at its last steps, and growth goes on beyond what is sustained; a run that was asked for is not.
    const isExploring = this.options.isSearch || this.options.isGrowth;
    if ((problems.length > 0 && !isExploring) || peers?.peers[0]?.problem !== undefined) return 70;
    if (!isExploring && results.some(({ faults }) => faults.length > 0)) return 1;
    if (peers?.peers[0]?.countsOnce === false) return 1;
    return !isExploring && results.some((result) => result.void !== undefined) ? 2 : 0;
  }
}

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === undefined) say(help);
  else {
    const bench = new Bench(options);
    await bench.measure();
    process.exitCode = bench.exitCode;
  }
} catch (error) {
  progress.clear();
  process.stderr.write(
    error instanceof UsageError ? `${error.message}\n` : `${(error as Error).stack ?? String(error)}\n`,
  );
  process.exitCode = error instanceof UsageError ? 64 : 70;
}
