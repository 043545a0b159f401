/**
 * Writes what a fold changed: the reach, then the history and rows, then a checkpoint. The order is the proof (invariant 3 of
 * ARCHITECTURE.md).
 *
 * Sources, the parts of orders and moments at tables, are written soon: they never change again, so they cost the same whenever they
 * are written, and orders are read from them. Rows that go on changing are written the more rarely the more of them there are, and
 * the history with them, as a receipt holds one against the other. So two flushes may be under way: one of sources alone, and one of
 * everything that is due.
 *
 * Two things are said of a position. It is written once the tables have answered every row up to it. It is durable once they
 * have also had the time to sync them, in one life of theirs: only then does a checkpoint vouch for it, and are rows let go.
 */
import { type ChangedRow, type PartitionFold, positionOf, type TableSpec } from '@ticketrail/core';
import { Cadence, rateOf } from './cadence.js';
import { checkpointWrite, type Checkpoint, type EarlierCheckpoints } from './checkpoint.js';
import type { Epoch } from './epoch.js';
import { reachWrite, type Reach } from './log-check.js';
import type { Clock, RowWrite, Tables } from './ports.js';
import { WrittenPositions } from './written-positions.js';

export interface FlushOptions {
  /** What comes to rest is written after this long, and the checkpoint after `checkpointMs`. */
  readonly flushMs: number;
  readonly checkpointMs: number;
  /**
   * The more comes, the less often it is written. Sources: with `busySourceRowsPerSecond` of them every `sourcesMsMax`, as many
   * together are cheaper. Rows that go on changing: with `busyRowsPerSecond` those of live tables every
   * `flushMsMax`, and everything every `checkpointMsMax`.
   */
  readonly sourcesMsMax: number;
  readonly busySourceRowsPerSecond: number;
  readonly flushMsMax: number;
  readonly checkpointMsMax: number;
  readonly busyRowsPerSecond: number;
  /** Folding waits for the tables while more changed rows than this wait to be written, those of the flush under way among them. */
  readonly waitingRowsMax: number;
  /** Everything is written once this many events were folded since: a start goes over them again, and those of the sync. */
  readonly replayEventsMax: number;
  /** Rows in one write while there is time; a hurried one has more. */
  readonly rowsPerWriteMin: number;
  /** How long a row is kept, from its event time. */
  readonly retentionMs: (table: TableSpec) => number;
}

export interface FlushStats {
  rowsWritten: number;
  flushes: number;
  flushFailures: number;
  /** Seconds the last flush took. */
  flushSeconds: number;
  cachedRows: number;
  cachedBytes: number;
  dirtyRows: number;
  checkpointSeq: number;
}

/** The tables were restarted, and may have lost what they had not synced: folding has to begin again at the checkpoint. */
export class TablesRestarted extends Error {
  readonly code = 'TABLES_RESTARTED';
}

/** Where folding stands at this moment. */
export interface FoldStand {
  /** The last entry folded. */
  readonly at: Checkpoint;
  /** The entry folded last, or being folded: no row is of a later one. */
  readonly reached: Reach;
  /** Events folded since the process began. */
  readonly events: number;
}

/** What there is to be written. */
export interface Folded {
  readonly fold: Pick<
    PartitionFold,
    'takeChanged' | 'takeSources' | 'dirtyRows' | 'sourceRows' | 'cachedRows' | 'cachedBytes' | 'isCrowded'
  >;
  stand(): FoldStand;
  /** Pages of the history since the last call. */
  takePages(): ChangedRow[];
}

export class RowFlusher {
  private writtenReach = 0;
  private durable: number;
  private readonly written: WrittenPositions;
  private lastSources: number;
  private lastFlush: number;
  private lastCheckpoint: number;
  private sourcesSeq: number;
  private flushedSeq: number;
  private allSeq: number;
  private allEvents: number;
  private readonly cadence: Cadence;
  /** When the checkpoint in the tables was read or answered; undefined once it is certain that they did not lose it. */
  private checkpointAt: number | undefined;
  /** The flush of sources that is under way. */
  private writingSources: Promise<void> | undefined;
  /** One of each flush under way. */
  private readonly hurries = new Set<AbortController>();
  private hasGivenUp = false;
  private unwritten = 0;
  private awaitsProgress: (() => void)[] = [];

  /**
   * @param start the checkpoint that folding begins at
   * @param life which life of the tables this is; asked for before anything was read
   */
  constructor(
    private readonly ports: { readonly tables: Tables; readonly clock: Clock },
    private readonly epoch: Epoch,
    private readonly partition: number,
    private readonly options: FlushOptions,
    private readonly stats: FlushStats,
    private readonly folded: Folded,
    private readonly earlier: EarlierCheckpoints,
    private readonly life: string,
  ) {
    const now = ports.clock.now();
    const { at, events } = folded.stand();
    this.durable = at.seq;
    this.written = new WrittenPositions(ports.tables.syncMs);
    this.lastSources = this.lastFlush = this.lastCheckpoint = now;
    this.sourcesSeq = this.flushedSeq = this.allSeq = at.seq;
    this.cadence = new Cadence(options.flushMs, partition / epoch.partitions, at.seq, now);
    this.checkpointAt = now;
    this.allEvents = events;
  }

  /** Position up to which every row is durable, as far as we wrote it. */
  get durableSeq(): number {
    return this.durable;
  }

  /** Rows of the flushes under way that the tables have not answered yet. */
  get unwrittenRows(): number {
    return this.unwritten;
  }

  /** Resolves once the tables have answered some more of them; never without a flush. */
  progress(): Promise<void> {
    return new Promise((resolve) => this.awaitsProgress.push(resolve));
  }

  /** Whether sources have to be written now; if so, `flushSources`. */
  areSourcesDue(): boolean {
    const { flushMs, sourcesMsMax, busySourceRowsPerSecond } = this.options;
    const { seq } = this.folded.stand().at;
    const now = this.ports.clock.now();
    this.cadence.look(seq, now);
    if (this.writingSources !== undefined || seq === this.sourcesSeq) return false;
    const load = rateOf(this.folded.fold.sourceRows, now - this.lastSources) / busySourceRowsPerSecond;
    return this.cadence.isDue(now, this.lastSources, load, flushMs, sourcesMsMax);
  }

  /** What else has to be written now, if anything. */
  due(): 'live' | 'all' | 'checkpoint' | undefined {
    const { flushMs, flushMsMax, checkpointMs, checkpointMsMax, replayEventsMax, busyRowsPerSecond } = this.options;
    const now = this.ports.clock.now();
    const { fold } = this.folded;
    const { at, events } = this.folded.stand();
    const { seq } = at;
    this.cadence.look(seq, now);
    const load = rateOf(fold.dirtyRows - fold.sourceRows, now - this.lastFlush) / busyRowsPerSecond;
    if (seq !== this.allSeq) {
      if (events - this.allEvents >= replayEventsMax) return 'all';
      if (this.cadence.isDue(now, this.lastCheckpoint, load, checkpointMs, checkpointMsMax)) return 'all';
      // Nothing of what fills the memory may go before a checkpoint; one that is on its way is enough.
      if (fold.isCrowded && !this.written.isWaiting && now - this.lastCheckpoint >= checkpointMs) return 'all';
    }
    if (seq !== this.flushedSeq && this.cadence.isDue(now, this.lastFlush, load, flushMs, flushMsMax)) return 'live';
    return this.written.hasDurable(now) || this.isCheckpointAged(now) ? 'checkpoint' : undefined;
  }

  /** What is being written is written without pauses from now on. */
  hasten(): void {
    for (const hurry of this.hurries) hurry.abort();
  }

  /**
   * Writes the sources. Beside `flush`, but one at a time. Tables that do not answer are asked again until they do:
   * the rows are absolute, so repeating is harmless, and meanwhile folding goes on until too many rows wait.
   */
  flushSources(): Promise<void> {
    const now = this.ports.clock.now();
    const elapsedMs = now - this.lastSources;
    this.lastSources = now;
    this.sourcesSeq = this.folded.stand().at.seq;
    this.writingSources = this.writeAll(grouped(this.folded.fold.takeSources()), elapsedMs).finally(
      () => (this.writingSources = undefined),
    );
    return this.writingSources;
  }

  /** Writes sources, the history and what changed in the live tables; with 'all' every table, so that the position is then written. */
  async flush(which: 'live' | 'all'): Promise<void> {
    const { clock } = this.ports;
    const { fold } = this.folded;
    const { at, events } = this.folded.stand();
    const started = clock.now();
    const elapsedMs = started - this.lastFlush;
    this.lastFlush = started;
    this.flushedSeq = at.seq;
    this.lastSources = started;
    this.sourcesSeq = at.seq;
    if (which === 'all') {
      this.lastCheckpoint = started;
      this.allSeq = at.seq;
      this.allEvents = events;
    }
    // Sources that are being written already belong to this position too.
    const before = this.writingSources;
    // The history first: a row that was just written does not lie ahead of its pages for long.
    await this.writeAll([...this.folded.takePages(), ...grouped(fold.takeChanged(which))], elapsedMs);
    if (which === 'all') {
      await before;
      this.written.add(at, clock.now());
      await this.vouch();
    }
    this.stats.flushes++;
    this.stats.flushSeconds = (clock.now() - started) / 1000;
    this.stats.cachedRows = fold.cachedRows;
    this.stats.cachedBytes = fold.cachedBytes;
    this.stats.dirtyRows = fold.dirtyRows;
  }

  /**
   * Writes the checkpoint of the newest position that is durable, if one is that was not. Throws TablesRestarted when the tables
   * were restarted meanwhile: what they had not synced may be gone, however long ago they answered.
   */
  async vouch(): Promise<void> {
    const { tables, clock } = this.ports;
    const checkpoint = this.written.takeDurable(clock.now());
    if (checkpoint === undefined && !this.isCheckpointAged(clock.now())) return;
    if (tables.syncMs > 0) {
      const life = await this.untilDone(() => tables.life());
      if (life !== this.life) {
        throw new TablesRestarted(
          `partition ${this.partition}: the tables were restarted; folding begins again at ${this.stats.checkpointSeq}`,
        );
      }
    }
    this.checkpointAt = undefined;
    if (checkpoint === undefined) return;
    this.durable = checkpoint.seq;
    if (checkpoint.seq <= this.stats.checkpointSeq) return;
    await this.writeUntilDone([
      checkpointWrite(this.epoch, this.partition, checkpoint, this.earlier.before(checkpoint, clock.now())),
    ]);
    this.stats.checkpointSeq = checkpoint.seq;
    this.checkpointAt = clock.now();
  }

  /**
   * Whether it is time to look if the tables were restarted since the checkpoint was answered. Settling may wait for the very
   * checkpoint that they lost, and then nothing new comes that would be vouched for.
   */
  private isCheckpointAged(now: number): boolean {
    const { syncMs } = this.ports.tables;
    return syncMs > 0 && this.checkpointAt !== undefined && now - this.checkpointAt >= syncMs;
  }

  private writeOf({ table, row, time, position = positionOf(row) }: ChangedRow): RowWrite {
    return { table, row, clock: this.epoch.base + position, expiresAt: time + this.options.retentionMs(table) };
  }

  /** To be awaited before rows are written that may be of this entry. */
  private async reachUpTo(reached: Reach): Promise<void> {
    if (reached.seq <= this.writtenReach) return;
    await this.writeUntilDone([reachWrite(this.epoch, this.partition, reached)]);
    this.writtenReach = reached.seq;
  }

  /**
   * At a steady pace at which all rows of a flush take half the time since the last one of its kind, unless the tables take longer: a
   * burst is what everything else waits for.
   */
  private async writeAll(rows: ChangedRow[], elapsedMs: number): Promise<void> {
    const count = rows.length;
    this.unwritten += count;
    const hurry = new AbortController();
    this.hurries.add(hurry);
    const size = Math.ceil((count * PACE_MS) / (Math.max(1, elapsedMs) / 2));
    const paced = Math.min(ROWS_PER_WRITE_MAX, Math.max(this.options.rowsPerWriteMin, size));
    // Taken from the end, as all others move when some are taken from the front, and they may be half a million.
    rows.reverse();
    while (rows.length > 0) {
      const next = rows.splice(-ROWS_MADE).reverse();
      // A row is made as it stands by now, which is later than what was taken.
      const made = next.map((row) => this.writeOf(row));
      await this.reachUpTo(this.folded.stand().reached);
      await this.writePaced(made, paced, hurry.signal);
    }
    this.hurries.delete(hurry);
    this.stats.rowsWritten += count;
  }

  /** @param paced rows in one write while there is no hurry */
  private async writePaced(rows: readonly RowWrite[], paced: number, hurry: AbortSignal): Promise<void> {
    const { clock } = this.ports;
    for (let i = 0; i < rows.length;) {
      const begun = clock.now();
      const end = i + (hurry.aborted ? ROWS_PER_WRITE_MAX : paced);
      const some = rows.slice(i, end);
      await this.writeUntilDone(some);
      i = end;
      this.unwritten -= some.length;
      for (const resolve of this.awaitsProgress.splice(0)) resolve();
      const restMs = PACE_MS - (clock.now() - begun);
      if (i < rows.length && restMs > 0 && !hurry.aborted) await clock.sleep(restMs, hurry);
      // Rows that others wait for are written without pauses, but not without turns.
      else await clock.turn();
    }
  }

  private writeUntilDone(rows: readonly RowWrite[]): Promise<void> {
    return this.untilDone(() => this.ports.tables.write(rows));
  }

  private async untilDone<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await ask();
      } catch (error) {
        this.stats.flushFailures++;
        // What one flush gave up the other need not try as long.
        this.hasGivenUp ||= attempt >= FLUSH_ATTEMPTS;
        if (this.hasGivenUp) throw error;
        await this.ports.clock.sleep(Math.min(5_000, 50 * 2 ** attempt));
      }
    }
  }
}

/**
 * The rows, of a table and a time or slice beside each other: what lies in one partition of the tables is cheap to write
 * together. Rows that can be made later are: making all of them at once is a moment in which nothing is folded.
 */
function grouped(taken: readonly ChangedRow[]): ChangedRow[] {
  const tables = new Map<TableSpec, Map<number, ChangedRow[]>>();
  for (const changed of taken) {
    const { table, time, beside = time } = changed;
    let groups = tables.get(table);
    if (groups === undefined) tables.set(table, (groups = new Map()));
    const known = groups.get(beside);
    if (known === undefined) groups.set(beside, [changed]);
    else known.push(changed);
  }
  const rows: ChangedRow[] = [];
  for (const groups of tables.values()) for (const group of groups.values()) for (const one of group) rows.push(one);
  return rows;
}

/** How often a flush writes while it has time. */
const PACE_MS = 40;

/** Rows made at a time, a few milliseconds' work; the reach is written for each of these. */
const ROWS_MADE = 500;

/** Small enough that folding and answering go on between two writes. */
const ROWS_PER_WRITE_MAX = 500;

/** About five minutes of a database that is away; then the loop ends and is started anew from the checkpoint. */
const FLUSH_ATTEMPTS = 66;
