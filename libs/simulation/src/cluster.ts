/** Everything that runs in one simulation: engines, workers, collectors, and who owns which partition. */
import type { TableSpec } from '@ticketrail/core';
import { Batcher, CHECKPOINT_WAIT_MS, type RowWrite } from '@ticketrail/pipeline';
import { Broker } from './broker.js';
import type { Choices } from './choices.js';
import type { LogFaults, Mix, TableFaults } from './faults.js';
import { Link, LinkClock } from './link.js';
import { MemoryDisk } from './memory-disk.js';
import { MemoryTables } from './memory-tables.js';
import { RemoteEventLog } from './remote-event-log.js';
import { RemoteTables } from './remote-tables.js';
import type { Scheduler } from './scheduler.js';
import type { Settings } from './settings.js';
import type { Sometimes } from './sometimes.js';
import { codeOf, Worker, type Role } from './worker.js';

const ROLES: readonly Role[] = ['enricher', 'aggregator'];
const NO_LOG_FAULTS: LogFaults = { refused: 0, unanswered: 0, late: 0, broken: 0 };
const NO_TABLE_FAULTS: TableFaults = { refused: 0, unanswered: 0, partial: 0, late: 0, unreadable: 0 };

export class Cluster {
  readonly broker: Broker;
  readonly disk: MemoryDisk;
  readonly workers: Worker[] = [];
  /** Every row that was ever stored, in that order. */
  readonly written: RowWrite[] = [];
  areFaultsOn = true;
  areTablesAway = false;
  isTailInDoubt = false;
  private awaited: { readonly table: TableSpec; readonly onRow: (row: RowWrite) => void } | undefined;
  private waitedAt = -Infinity;
  private readonly collectors: { link: Link; batcher: Batcher }[] = [];
  private started = 0;

  constructor(
    readonly scheduler: Scheduler,
    readonly choices: Choices,
    readonly mix: Mix,
    readonly settings: Settings,
    readonly sometimes: Sometimes,
    private readonly trace: (text: string) => void,
  ) {
    this.broker = new Broker(scheduler, settings.dedupeMs, sometimes);
    this.disk = new MemoryDisk(new LinkClock(this.newLink('tables'), 0), 'tables');
  }

  /** A collector that runs; one that died is replaced. */
  collector(): Batcher {
    let one = this.collectors.at(-1);
    if (one === undefined || one.link.isKilled) {
      const link = this.newLink('collector');
      const log = new RemoteEventLog(link, this.broker, () => this.logFaults(), this.sometimes);
      const boot = `boot${this.collectors.length}`;
      const options = { ...this.settings.batching, collector: 'c', boot };
      one = { link, batcher: new Batcher(log, new LinkClock(link, 0), options) };
      this.collectors.push(one);
    }
    return one.batcher;
  }

  crashCollector(): void {
    this.collectors.at(-1)?.link.kill();
  }

  startWorker(): Worker {
    const link = this.newLink(`worker${++this.started}`);
    const worker = new Worker(
      link,
      this.logFor(link),
      this.tablesFor(link),
      this.settings,
      this.isTailInDoubt,
      this.choices.integer(-80, 80),
      (ms) => {
        // An enricher sleeps for nothing else as long.
        if (ms !== CHECKPOINT_WAIT_MS) return;
        this.sometimes.saw('old marks waited for the checkpoint');
        this.waitedAt = this.scheduler.now();
      },
      (role, partition, error) => {
        this.trace(`${link.name} ${role} ${partition}: ${codeOf(error)} ${String(error)}`);
        this.sometimes.saw(`a loop ended with ${codeOf(error)}`);
      },
    );
    this.workers.push(worker);
    return worker;
  }

  logFor(link: Link): RemoteEventLog {
    return new RemoteEventLog(link, this.broker, () => this.logFaults(), this.sometimes);
  }

  tablesFor(link: Link): RemoteTables {
    const weather = { faults: () => this.tableFaults(), isAway: () => this.areTablesAway };
    const onStore = (rows: readonly RowWrite[]): void => {
      for (const row of rows) this.written.push(row);
      const { awaited } = this;
      const found = rows.find(({ table }) => table === awaited?.table);
      if (found === undefined) return;
      this.awaited = undefined;
      awaited?.onRow(found);
    };
    return new RemoteTables(link, MemoryTables.on(this.disk), weather, onStore, this.sometimes);
  }

  /** Whether somebody settles an event that is older than the window, for which rows have to be durable. */
  get isWaitingForCheckpoint(): boolean {
    return this.scheduler.now() - this.waitedAt <= CHECKPOINT_WAIT_MS;
  }

  /** Calls `onRow` once, when a row of the table is about to be stored. */
  whenStored(table: TableSpec, onRow: (row: RowWrite) => void): void {
    this.awaited = { table, onRow };
  }

  newLink(name: string, slow: number = this.choices.chance(0.2) ? 12 : 1): Link {
    return new Link(name, this.scheduler, this.choices, (choices) =>
      slow >= 1 && choices.chance(0.02) ? choices.integer(20, 200) : slow * (0.1 + choices.fraction()),
    );
  }

  /** Workers that are neither dead nor standing still nor about to end. */
  get running(): Worker[] {
    return this.workers.filter(({ link, isEnding }) => !isEnding && !link.isKilled && !link.isStopped);
  }

  kill(worker: Worker): void {
    this.trace(`${worker.link.name} is killed`);
    if (worker.isAheadOfItsCheckpoints) this.sometimes.saw('an owner died with rows that no checkpoint vouches for');
    worker.link.kill();
  }

  /** Gives each partition an owner for each role, and now and then two. */
  assign(twoOwners = 0): void {
    const { running, choices } = this;
    const given = new Map<Worker, Record<Role, number[]>>(
      running.map((worker) => [worker, { enricher: [], aggregator: [] }]),
    );
    for (const role of ROLES) {
      for (let partition = 0; partition < this.settings.partitions; partition++) {
        const owner = choices.pick(running);
        given.get(owner)![role].push(partition);
        const other = choices.pick(running);
        if (other === owner || !choices.chance(twoOwners)) continue;
        this.sometimes.saw(`two ${role}s had one partition`);
        given.get(other)![role].push(partition);
      }
    }
    for (const [worker, partitions] of given) for (const role of ROLES) worker.assign(role, partitions[role]);
  }

  private logFaults(): LogFaults {
    return this.areFaultsOn ? this.mix.log : NO_LOG_FAULTS;
  }

  private tableFaults(): TableFaults {
    return this.areFaultsOn ? this.mix.tables : NO_TABLE_FAULTS;
  }
}
