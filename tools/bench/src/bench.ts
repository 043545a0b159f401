/** One call of the bench: what was asked for is measured step by step; each step is said and kept at once. */
import { mkdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { measureCeilings } from './ceilings/ceilings.js';
import { runPrototype } from './ceilings/prototype.js';
import { axes, growthMinutesMax, growthRuns, tenantsOf, type Axis } from './growth.js';
import { requestSizes } from './load/request-sizes.js';
import type { BenchOptions } from './options.js';
import { outcomeOf, type Outcome } from './outcome.js';
import { comparePeers } from './peers/peers.js';
import { startCluster } from './product/cluster.js';
import { runningProduct, type StartProduct } from './product/product.js';
import { startStandalone } from './product/standalone.js';
import { KeptResults } from './report/kept-results.js';
import type { Progress } from './report/progress.js';
import {
  sayCeilings,
  sayFound,
  sayGrowth,
  sayPeers,
  sayPrototypes,
  sayRun,
  sayShares,
  sayUsage,
} from './report/report.js';
import { headOf, runColumns } from './report/table.js';
import type { RunOptions, RunResult } from './run.js';
import { search, searchMinutesMax } from './search.js';
import { Session } from './session.js';
import { driftOf } from './timeline.js';

/** A run in which the generator fell behind is tried again, since what held it up may have been a moment's. */
const triesMax = 2;

function starterOf({ target, ...options }: BenchOptions): StartProduct {
  if (target === 'standalone') return (tenants) => startStandalone({ ...options, tenants });
  if (target === 'cluster') return (tenants) => startCluster({ ...options, tenants });
  return () => Promise.resolve(runningProduct(target.url, target.apiUrl, target.key, target.processes));
}

export class Bench {
  readonly #start: StartProduct;
  readonly #kept: KeptResults;

  constructor(
    private readonly options: BenchOptions,
    private readonly progress: Progress,
  ) {
    const { run: load, rates, partitions } = options;
    const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`;
    const target = typeof options.target === 'string' ? options.target : options.target.url.host;
    const title = `${target} on ${machine}, generator included; ${load.locations} locations, ${load.tenants} tenants`;
    const results = { warmups: [], results: [], prototypes: [], problems: [] };
    const unmeasured = { ceilings: undefined, found: undefined, peers: undefined, outcome: undefined };
    const at = new Date().toISOString();
    this.#kept = new KeptResults(
      { machine, target, at, options: load, rates, partitions, ...results, ...unmeasured },
      title,
      options,
    );
    this.#start = starterOf(options);
    this.#say(
      `${title}; ${load.seconds} s a run after ${load.warmupSeconds} s of warm-up, ${options.laterWarmupSeconds} s where ` +
        `there were runs before; ${load.duplicates * 100} % duplicates, ${load.late * 100} % late, ` +
        `${load.malformed * 100} % malformed\n`,
    );
  }

  async measure(): Promise<Outcome> {
    const { options } = this;
    const { all } = this.#kept;
    if (options.profileDirectory !== undefined) await mkdir(options.profileDirectory, { recursive: true });
    if (options.hasCeilings) {
      all.ceilings = await measureCeilings(options, this.progress.show);
      this.#say(sayCeilings(all.ceilings));
      await this.#kept.write();
    }
    if (!options.hasQueries) await this.#runs();
    if (options.hasQueries || options.hasPeers) {
      await comparePeers(this.#start, options, this.progress.show, async (peers) => {
        all.peers = peers;
        await this.#kept.write();
      });
      if (all.peers !== undefined) this.#say(sayPeers(all.peers));
    }
    for (const { what, reason } of all.problems) this.#say(`not measured: ${what}: ${reason}`);
    all.outcome = outcomeOf(all);
    await this.#kept.write();
    this.#say(`\n${all.outcome.text}`);
    return all.outcome;
  }

  async #runs(): Promise<void> {
    const { options } = this;
    const { all } = this.#kept;
    this.#say(headOf(runColumns));
    if (options.isSearch) await this.#search();
    else if (options.isGrowth) await this.#growth();
    else await this.#rates();
    this.#say(sayUsage(all.results));
    if (options.isGrowth) this.#say(sayGrowth(all.results));
    if (all.ceilings !== undefined) this.#say(sayShares(all.results, all.ceilings));
    if (all.prototypes.length > 0) this.#say(sayPrototypes(all.results, all.prototypes));
  }

  /** One rate that cannot go on does not keep the others from being measured. */
  async #rates(): Promise<void> {
    const { rates, run, prototypeDirectory } = this.options;
    const { prototypes } = this.#kept.all;
    await this.#inSession(run.tenants, async (session) => {
      for (const rate of rates) await this.#tryRun(session, { ...run, rate });
    });
    if (prototypeDirectory === undefined) return;
    // The product has ended by now, so that each has the machine for itself.
    for (const rate of new Set(rates)) {
      const what = `the prototype at ${rate} events/s`;
      this.progress.show(0, what);
      await this.#orProblem(what, async () => {
        prototypes.push(await runPrototype(prototypeDirectory, { ...run, rate }));
      });
      await this.#kept.write();
    }
  }

  async #search(): Promise<void> {
    const { rates, run } = this.options;
    const { all } = this.#kept;
    const [first] = rates as [number];
    const isTimeUp = timeLimit(searchMinutesMax);
    const whole = requestSizes(run.batch).events;
    await this.#inSession(run.tenants, async (session) => {
      const found = await search({ first, whole, isTimeUp }, (rate) => this.#tryRun(session, { ...run, rate }));
      const { best, firstBeyond, isCutShort } = found;
      all.found = { highest: best?.options.rate, firstBeyond, isCutShort };
    });
    if (all.found !== undefined) this.#say(sayFound(all.found));
    await this.#kept.write();
  }

  /** Each curve on a product of its own, after one warm-up at the given rate. */
  async #growth(): Promise<void> {
    const { rates, run } = this.options;
    const base = { ...run, rate: rates[0] as number };
    const isTimeUp = timeLimit(growthMinutesMax);
    for (const axis of axes) {
      await this.#orProblem(`the curve over ${axis.name}`, () =>
        this.#inSession(tenantsOf(axis, base), async (session) => {
          await this.#warm(session, base);
          await this.#curve(session, axis, base, isTimeUp);
        }),
      );
    }
  }

  async #curve(session: Session, axis: Axis, base: RunOptions, isTimeUp: () => boolean): Promise<void> {
    for (const load of growthRuns(axis, base)) {
      const what = `${load[axis.option]} ${axis.name}`;
      if (isTimeUp()) {
        await this.#problem(what, `the ${growthMinutesMax} minutes of --growth were over`);
        continue;
      }
      const result = await this.#tryRun(session, load, axis.name);
      const isBeyond = result === undefined || result.shortfalls.length > 0;
      if (axis.option === 'rate' && isBeyond) break;
    }
  }

  async #warm(session: Session, base: RunOptions): Promise<void> {
    if (base.warmupSeconds === 0) return;
    const result = await session.run({ ...base, warmupSeconds: 0, seconds: base.warmupSeconds });
    this.#kept.all.warmups.push({ ...result, drifts: [] });
  }

  async #inSession(tenants: number, measure: (session: Session) => Promise<void>): Promise<void> {
    const { laterWarmupSeconds } = this.options;
    const session = new Session(this.#start, { tenants, laterWarmupSeconds }, this.progress.show);
    try {
      await measure(session);
    } finally {
      await session.stop();
      this.progress.clear();
    }
  }

  /** Undefined when it could not go on. What is kept is the last of the tries. */
  async #tryRun(session: Session, load: RunOptions, curve?: string): Promise<RunResult | undefined> {
    const { results } = this.#kept.all;
    let result: RunResult | undefined;
    const what = `${load.rate} events/s, ${load.locations} locations, ${load.tenants} tenants`;
    await this.#orProblem(what, async () => {
      for (let tries = 1; result === undefined || (result.void !== undefined && tries <= this.#triesMax); tries++) {
        if (result !== undefined) results.pop();
        result = await session.run(load);
        results.push({ ...result, drifts: driftOf(result.timeline), curve, tries });
        this.#say(sayRun(result));
        await this.#kept.write();
      }
    });
    return result;
  }

  /** A soak is too long to be done twice. */
  get #triesMax(): number {
    return this.options.isSoak ? 1 : triesMax;
  }

  async #orProblem(what: string, measure: () => Promise<unknown>): Promise<void> {
    try {
      await measure();
    } catch (error) {
      await this.#problem(what, error instanceof Error ? error.message : String(error));
    }
  }

  async #problem(what: string, reason: string): Promise<void> {
    this.#kept.all.problems.push({ what, reason });
    this.progress.clear();
    process.stderr.write(`${what}: ${reason}\n`);
    await this.#kept.write();
  }

  #say(text: string): void {
    this.progress.clear();
    process.stdout.write(`${text}\n`);
  }
}

/** Whether so many minutes have passed since it was made. */
function timeLimit(minutes: number): () => boolean {
  const endsAt = performance.now() + minutes * 60_000;
  return () => performance.now() > endsAt;
}
