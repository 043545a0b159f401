/**
 * The simulation. Begin reading here.
 *
 * One run is: the production loops (Batcher, EnrichLoop, AggregateLoop under their runners, and a Replica) on engines in memory,
 * with terminals that send to them, in virtual time (`scheduler.ts`). A seed decides everything: settings, traffic, how long each
 * operation takes and in which order they end, and which faults happen (`faults.ts` has the mixes, `moments.ts` what happens at
 * moments; `remote-event-log.ts` and `remote-tables.ts` what happens to operations). So a run that fails can be run again.
 *
 * A run has three stretches. While terminals send, everything may go wrong. Then the faults end and every partition gets one
 * owner, and all that was sent must be counted within a bound: lag is zero, and no loop has halted (unless the log was tampered
 * with, which must be noticed: no wrong row instead of no halt). Then everything is checked:
 *   1. what was answered with 202 is in the log, and every event of the log is applied, duplicate or rejected, as an independent
 *      recount says (`settled-check.ts`);
 *   2. sums, counts and fingerprints are those of an independent model (`naive-figures.ts`);
 *   3. every row is byte for byte what folding the log in one go gives, and so was every row ever written, at its position and
 *      with that as its write clock (`clean-fold.ts`, `rows-check.ts`);
 *   4. the replica says what the tables say.
 */
import { CHECKPOINTS, REVENUE } from '@ticketrail/core';
import { openEpoch, Replica, type Epoch } from '@ticketrail/pipeline';
import { Choices } from './choices.js';
import { foldCleanly, type Versions } from './clean-fold.js';
import { Cluster } from './cluster.js';
import type { Mix } from './faults.js';
import { LinkClock } from './link.js';
import { MemoryDisk } from './memory-disk.js';
import { MemoryEventLog } from './memory-event-log.js';
import { MemoryTables } from './memory-tables.js';
import { happen } from './moments.js';
import { naiveFigures } from './naive-figures.js';
import { compareToFigures, compareToFold, compareWritten, storedRows } from './rows-check.js';
import { Scheduler } from './scheduler.js';
import { checkSettled, type Books } from './settled-check.js';
import { drawSettings, IDLE_MS, type Settings } from './settings.js';
import type { SentEvent } from './sent-event.js';
import { Sometimes } from './sometimes.js';
import { TENANTS, Workload } from './workload.js';

export interface Outcome {
  /** What is wrong; empty when nothing is. */
  readonly problems: readonly string[];
  readonly sometimes: Sometimes;
  readonly events: number;
  /** Milliseconds of virtual time, and tasks run in it. */
  readonly virtualMs: number;
  readonly steps: number;
}

const START = Date.UTC(2026, 0, 15, 11, 59, 50);
/** How long after the faults' end everything must be counted: the longest pause of a supervisor, and then some. */
const CONVERGE_MS = 40_000;

/** Runs one seed. @param trace told what happens, with the time since the beginning */
export async function simulate(
  seed: number,
  mix: Mix,
  trace: (text: string) => void = () => undefined,
): Promise<Outcome> {
  return new Run(seed, mix, trace).run();
}

class Run {
  private readonly choices: Choices;
  private readonly scheduler: Scheduler;
  private readonly sometimes = new Sometimes();
  private readonly settings: Settings;
  private readonly cluster: Cluster;
  private readonly workload: Workload;
  private readonly problems: string[] = [];
  /** The log was deleted and made anew: nothing may be counted any more. */
  private wasRecreated = false;
  private replica: Replica | undefined;
  private epoch!: Epoch;

  constructor(
    seed: number,
    private readonly mix: Mix,
    private readonly trace: (text: string) => void,
  ) {
    this.choices = new Choices(seed);
    this.scheduler = new Scheduler(START, this.choices);
    this.settings = drawSettings(this.choices, mix);
    this.cluster = new Cluster(this.scheduler, this.choices, mix, this.settings, this.sometimes, (text) =>
      this.say(text),
    );
    this.cluster.disk.journal = mix.moments.some((moment) => moment === 'lost tail' || moment === 'tables restart')
      ? []
      : undefined;
    this.cluster.disk.syncMs = this.settings.tablesSyncMs;
    this.workload = new Workload(this.scheduler, this.choices, this.sometimes, this.settings.partitions, () =>
      this.cluster.collector(),
    );
  }

  async run(): Promise<Outcome> {
    await this.disturbedStretch();
    await this.healedStretch();
    if (this.wasRecreated) this.checkRefused();
    else await this.checkEverything();
    if (this.cluster.disk.rowsRepeated > 0) this.sometimes.saw('a row was written again');
    if (this.cluster.disk.rowsOvertaken > 0) this.sometimes.saw('a row came after a newer one, and lost');
    return {
      problems: this.problems,
      sometimes: this.sometimes,
      events: this.workload.acknowledged.size,
      virtualMs: this.scheduler.now() - START,
      steps: this.scheduler.steps,
    };
  }

  private async disturbedStretch(): Promise<void> {
    const { cluster, choices, scheduler, mix } = this;
    // As a migration does, before anything else runs.
    const link = cluster.newLink('migration');
    const registering = openEpoch(
      MemoryEventLog.on(new MemoryDisk(new LinkClock(link, 0), cluster.broker.identity)),
      MemoryTables.on(cluster.disk),
      new LinkClock(link, 0),
      this.settings.partitions,
    );
    await scheduler.runUntil(START + 1);
    this.epoch = await registering;
    if (cluster.disk.journal !== undefined) cluster.disk.journal = [];
    for (let i = choices.integer(1, 2); i > 0; i--) cluster.startWorker();
    await scheduler.runUntil(START + 500);
    cluster.assign();
    const end = START + 500 + choices.integer(1_500, 4_000);
    this.workload.begin(end);
    if (choices.chance(0.15)) void this.follow();
    for (let i = choices.integer(1, 6); i > 0; i--) {
      const moment = choices.pick(mix.moments);
      if (moment === 'recreate') this.wasRecreated = true;
      scheduler.at(choices.integer(START + 700, end), () => {
        this.say(moment);
        happen(moment, cluster);
      });
    }
    await scheduler.runUntil(end);
  }

  private async healedStretch(): Promise<void> {
    const { cluster, choices, scheduler, settings } = this;
    this.say('the faults end');
    cluster.areFaultsOn = false;
    cluster.broker.isFull = false;
    cluster.areTablesAway = false;
    for (const { link } of cluster.workers) if (link.isStopped) link.continue();
    // Often the last owners go on, and sometimes all are new.
    if (cluster.running.length === 0 || this.mix.mayHalt || choices.chance(0.5)) {
      for (const worker of cluster.running) cluster.kill(worker);
      cluster.startWorker();
    }
    cluster.assign();
    await this.converge();
    // What is late still comes, and must not change anything. It may be a message, which has to be counted in its turn.
    await scheduler.runUntil(scheduler.now() + 3 * IDLE_MS + 1_200);
    await this.converge();
    for (let partition = 0; partition < settings.partitions; partition++) {
      if (!this.isHalted(partition)) this.checkLiveness(partition);
      else if (!this.mix.mayHalt) this.problems.push(`partition ${partition} halted`);
      else this.sometimes.saw('a partition halted');
    }
  }

  /** Waits until everything is counted, for as long as that may take. */
  private async converge(): Promise<void> {
    const { cluster, scheduler } = this;
    const begunAt = scheduler.now();
    while (scheduler.now() < begunAt + CONVERGE_MS) {
      await scheduler.runUntil(scheduler.now() + 250);
      cluster.broker.isFull = false;
      cluster.areTablesAway = false;
      if (this.workload.isDone && this.hasConverged()) break;
      if (this.wasRecreated && scheduler.now() > begunAt + 3_000) break;
    }
  }

  private checkLiveness(partition: number): void {
    if (this.wasRecreated) return;
    if (!this.workload.isDone) this.problems.push('not everything that was sent was answered');
    if (!this.isCounted(partition)) this.problems.push(`partition ${partition} has not counted everything`);
    if (!this.isMoving(partition)) this.problems.push(`log time of partition ${partition} stands still`);
  }

  private hasConverged(): boolean {
    for (let partition = 0; partition < this.settings.partitions; partition++) {
      if (!this.isHalted(partition) && !(this.isCounted(partition) && this.isMoving(partition))) return false;
    }
    return true;
  }

  private isCounted(partition: number): boolean {
    for (const { row } of storedRows(this.cluster.disk, CHECKPOINTS)) {
      if (row['shard'] === partition) return row['ingest'] === this.cluster.broker.lastSeq('ingest', partition);
    }
    return this.cluster.broker.lastSeq('ingest', partition) === 0;
  }

  /** Whether log time is that of a moment ago, also while nothing happens. */
  private isMoving(partition: number): boolean {
    const last = this.cluster.broker.archive('events', partition).at(-1);
    const logTime = last === undefined ? 0 : (JSON.parse(last.body) as { log_time: number }).log_time;
    return this.scheduler.now() - logTime < 3 * IDLE_MS + 400;
  }

  private isHalted(partition: number): boolean {
    const states = this.cluster.running.flatMap((worker) =>
      (['enricher', 'aggregator'] as const).map((role) => worker.state(role, partition)),
    );
    return states.includes('halted');
  }

  /** After the log was made anew nothing may be counted until a person has said what to do. */
  private checkRefused(): void {
    for (const worker of this.cluster.running) {
      if (worker.refusal !== 'UNKNOWN_LOG')
        this.problems.push(`${worker.link.name} works on a log that it does not know`);
    }
  }

  private async checkEverything(): Promise<void> {
    const { cluster, settings, problems, workload } = this;
    const versions: Versions = new Map();
    const archives = [];
    const applied: SentEvent[] = [];
    const books = new Map<string, Books>();
    const counted = new Set<number>();
    const taken = new Set<string>();
    for (let partition = 0; partition < settings.partitions; partition++) {
      const ingest = cluster.broker.archive('ingest', partition);
      const events = cluster.broker.archive('events', partition);
      archives.push(events);
      if (this.isHalted(partition)) continue;
      counted.add(partition);
      const settled = checkSettled(ingest, events, workload.sent);
      problems.push(...settled.problems.map((problem) => `partition ${partition}: ${problem}`));
      for (const event of settled.applied) applied.push(event);
      addBooks(books, settled.books);
      foldCleanly(partition, events, versions);
      for (const { body } of ingest) noteTaken(body, taken);
    }
    problems.push(...compareToFold(cluster.disk, versions, counted));
    if (this.mix.mayHalt) return;
    problems.push(...compareToFigures(cluster.disk, naiveFigures(applied, books)));
    problems.push(...compareWritten(cluster.written, versions, archives, this.epoch.base));
    for (const key of workload.acknowledged)
      if (!taken.has(key)) problems.push(`${key} was acknowledged and is not in the log`);
    await this.checkReplica();
  }

  private async follow(): Promise<void> {
    const link = this.cluster.newLink('replica', 0.05);
    const [log, tables, clock] = [this.cluster.logFor(link), this.cluster.tablesFor(link), new LinkClock(link, 0)];
    for (;;) {
      try {
        const options = { tenants: TENANTS, liveMinutes: 20, liveDays: 2 };
        this.replica = new Replica({ log, tables, clock }, this.epoch, options);
        await this.replica.run(new AbortController().signal);
      } catch {
        await clock.sleep(100);
      }
    }
  }

  /** The replica must be complete, and say what the tables say. */
  private async checkReplica(): Promise<void> {
    const { replica, problems, cluster } = this;
    if (replica === undefined) return;
    this.sometimes.saw('a replica was compared');
    if (!replica.ready) problems.push('the replica does not get ready');
    replica.partitions.forEach(({ ingest }, partition) => {
      if (ingest !== cluster.broker.lastSeq('ingest', partition)) {
        problems.push(`the replica has come to ${ingest} on partition ${partition}`);
      }
    });
    // So short that all of it is in memory, and nothing has to be read.
    const window = { from: START - 900_000, to: START + 900_000 };
    for (const tenant of TENANTS) {
      const { rows } = await replica.rows(REVENUE, tenant, window, 'minutes');
      const found = new Map<unknown, number>();
      for (const row of rows) add(found, row['location_id'], row['revenue_minor'] as number);
      const expected = new Map<unknown, number>();
      for (const { row } of storedRows(cluster.disk, REVENUE.spec)) {
        const minute = row['minute'] as number;
        if (row['tenant'] !== tenant || minute < window.from - (window.from % 60_000) || minute >= window.to) continue;
        add(expected, row['location_id'], row['revenue_minor'] as number);
      }
      for (const [location, sum] of expected) {
        if (found.get(location) !== sum) {
          problems.push(
            `the replica says ${String(found.get(location))} for ${String(location)}, and the tables ${sum}`,
          );
        }
      }
    }
  }

  private say(text: string): void {
    this.trace(`${(this.scheduler.now() - START).toFixed(3).padStart(10)} ${text}`);
  }
}

function add(sums: Map<unknown, number>, key: unknown, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value);
}

function addBooks(books: Map<string, Books>, more: ReadonlyMap<string, Books>): void {
  for (const [text, book] of more) {
    const known = books.get(text);
    if (known === undefined) books.set(text, book);
    else for (const name of ['accepted', 'applied', 'duplicate', 'rejected'] as const) known[name] += book[name];
  }
}

function noteTaken(body: string, taken: Set<string>): void {
  const { parts } = JSON.parse(body) as {
    parts: { tenant: string; events: { location_id: string; event_id: string }[] }[];
  };
  for (const { tenant, events } of parts) {
    for (const { location_id, event_id } of events) taken.add(`${tenant}/${location_id}/${event_id}`);
  }
}
