/**
 * Receipts: for a figure of a report the events it is made of, and a recount of them by the same fold.
 *
 * The index of the history leads from the minutes of the window to the pages of their events; the rows of orders and tables
 * name the other events that a contribution depends on, such as a void on another day. Only those are folded. What comes out
 * is held against the stored rows column by column, their fingerprints and positions included.
 */
import {
  asksFor,
  compareRows,
  type Contribution,
  formOf,
  keyColumns,
  partitionOf,
  ReceiptFold,
  type ReceiptQuestion,
  type Row,
} from '@ticketrail/core';
import { bucketRows } from './bucket-rows.js';
import { readCheckpoint } from './checkpoint.js';
import type { Epoch } from './epoch.js';
import { History } from './history.js';
import { type Bound, type CopyFound, type FoundEvents, ReceiptEvents } from './receipt-events.js';
import { ledgerSteps } from './receipt-ledger.js';
import { inOrder, type ReceiptLine, lineOfCopy, lineOfEvent } from './receipt-lines.js';
import type { Clock, Tables } from './ports.js';

/** Up to where the history is asked: a log time, or positions by shard, as answers carry them in `as_of`. */
export interface AsOf {
  readonly logTime?: number;
  readonly positions?: ReadonlyMap<number, number>;
}

export interface Receipt {
  readonly asOf: { readonly logTime: number; readonly positions: ReadonlyMap<number, number> };
  /** As the stored rows have it; as the recount has it where the rows have gone on since `asOf`. */
  readonly figure: Record<string, unknown>;
  readonly recounted: Record<string, unknown>;
  /** `changed_since`: the stored rows hold more than was known at `asOf`, so there was nothing to compare the recount with. */
  readonly stored: 'current' | 'changed_since';
  /** Whether every stored row is the recounted one, in every column; null when there was nothing to compare with. */
  readonly equal: boolean | null;
  readonly differences: ReturnType<typeof compareRows>;
  /** What of the history could not be used, and why. */
  readonly problems: readonly string[];
  /** In order of log time and position. */
  readonly lines: readonly ReceiptLine[];
  /** What the lines contribute in all. */
  readonly contribution: Contribution;
}

export interface ReceiptOptions {
  /** How long after its minute an event is in time. Milliseconds. */
  readonly latenessMs: number;
}

/** What somebody was just shown, who now asks for the receipt. */
export interface Shown {
  readonly figure: Record<string, unknown>;
  /** By shard. */
  readonly positions: readonly number[];
}

/**
 * Rows that were just written may lie ahead of their pages, and figures in memory ahead of both: then the receipt is tried
 * again.
 */
const ATTEMPTS = 10;
const PAUSE_MS = 150;
/** Differences told at most. */
const DIFFERENCES_MAX = 50;

export class Receipts {
  private readonly history: History;

  constructor(
    private readonly ports: { readonly tables: Tables; readonly clock: Clock },
    private readonly epoch: Epoch,
    private readonly options: ReceiptOptions,
  ) {
    this.history = new History(ports.tables, epoch.generation, () => ports.clock.turn());
  }

  /**
   * Throws ReceiptTooLong when the figure is made of more events than one receipt may list.
   *
   * @param shown a receipt of an earlier moment that differs from it is held back until the history has come so far, but for
   *   no longer than a second or two
   */
  async receipt(question: ReceiptQuestion, asOf: AsOf = {}, shown?: Shown): Promise<Receipt> {
    for (let attempt = 1; ; attempt++) {
      const bounds = await this.bounds(question, asOf);
      const stored = await this.storedRows(question);
      this.extend(bounds, stored, asOf);
      const cut = asOf.logTime === undefined ? bounds : await this.boundsByTime(bounds, stored);
      const receipt = await this.receiptAt(question, stored, cut, asOf);
      const mayBeUnderWay = [...cut.values()].some(({ isAhead }) => isAhead);
      const isDone = (receipt.equal !== false || !mayBeUnderWay) && (shown === undefined || hasReached(receipt, shown));
      if (isDone || (attempt >= ATTEMPTS && (receipt.equal !== false || !mayBeUnderWay))) return receipt;
      // Rows that change all the time are given up on: the receipt is then of the checkpoint, which stands still.
      if (attempt >= ATTEMPTS) return this.receiptAt(question, stored, await this.checkpoints(bounds), asOf);
      await this.ports.clock.sleep(PAUSE_MS);
    }
  }

  private async checkpoints(bounds: ReadonlyMap<number, Bound>): Promise<ReadonlyMap<number, Bound>> {
    const cut = new Map<number, Bound>();
    for (const [shard, bound] of bounds) {
      const { seq } = await readCheckpoint(this.ports.tables, this.epoch, shard);
      cut.set(shard, { ...bound, seq: Math.min(bound.seq, seq), isAhead: false });
    }
    return cut;
  }

  private async receiptAt(
    question: ReceiptQuestion,
    stored: readonly Row[],
    bounds: ReadonlyMap<number, Bound>,
    asOf: AsOf,
  ): Promise<Receipt> {
    const form = formOf(question.report);
    const problems: string[] = [];
    const lines: ReceiptLine[] = [];
    const rows: Row[] = [];
    for (const [shard, bound] of bounds) {
      const fold = new ReceiptFold(question, this.epoch.generation, shard);
      if (form.by === 'nothing') {
        lines.push(...(await ledgerSteps(this.history, question, shard, bound, fold, problems)));
      } else {
        const events = new ReceiptEvents(this.ports.tables, this.history, question, shard, bound);
        const found = await events.collect();
        problems.push(...found.problems);
        lines.push(...this.steps(question, shard, fold, found));
      }
      rows.push(...fold.rows());
    }
    const isCurrent = stored.every((row) => (row['applied'] as number) <= bounds.get(row['shard'] as number)!.seq);
    const differences = isCurrent ? differencesOf(question, rows, stored) : [];
    const recounted = form.figure(rows, question.window);
    return {
      asOf: {
        logTime: asOf.logTime ?? Math.min(...[...bounds.values()].map(({ logTime }) => logTime)),
        positions: new Map([...bounds].map(([shard, { seq }]) => [shard, seq])),
      },
      figure: isCurrent ? form.figure(stored, question.window) : recounted,
      recounted,
      stored: isCurrent ? 'current' : 'changed_since',
      equal: isCurrent ? differences.length === 0 && problems.length === 0 : null,
      differences: differences.slice(0, DIFFERENCES_MAX),
      problems,
      lines: lines.sort(inOrder),
      contribution: sumOf(lines),
    };
  }

  /** Folds the events one by one; answers those that touch the figure, and the copies of them. */
  private steps(question: ReceiptQuestion, shard: number, fold: ReceiptFold, found: FoundEvents): ReceiptLine[] {
    const lines: ReceiptLine[] = [];
    const touching = new Set<string>();
    for (const placed of found.events) {
      const contribution = fold.add(placed);
      if (contribution === undefined) continue;
      touching.add(`${placed.event.location_id}\u0000${placed.event.event_id}`);
      lines.push(lineOfEvent(shard, placed, contribution, this.options.latenessMs));
    }
    const { by } = formOf(question.report);
    for (const copy of found.copies) {
      if (by === 'location' || touching.has(`${copy.copy.location_id}\u0000${copy.copy.event_id}`)) {
        lines.push(lineOfCopy(shard, copy, firstOf(copy, found)));
      }
    }
    return lines;
  }

  /** The rows the figure is added up from, as they are stored. */
  private async storedRows(question: ReceiptQuestion): Promise<Row[]> {
    const form = formOf(question.report);
    const { table, by } = form;
    const { tenant, window } = question;
    const { generation } = this.epoch;
    const member = by === 'location' ? question.locationId : by === 'item' ? question.itemId : undefined;
    const asked = { generation, tenant, shards: this.shardsOf(question), ...window, member };
    const found: Row[] = [];
    for await (const rows of bucketRows(this.ports.tables, table, asked)) for (const row of rows) found.push(row);
    return found.filter((row) =>
      asksFor(
        question,
        row['tenant'] as string,
        row[table.bucket] as number,
        table.members.map((name) => row[name] as string | number),
      ),
    );
  }

  /** The position the receipt is of, by shard: up to where the history is complete. */
  private async bounds(question: ReceiptQuestion, asOf: AsOf): Promise<Map<number, Bound>> {
    const bounds = new Map<number, Bound>();
    for (const shard of this.shardsOf(question)) {
      const checkpoint = await readCheckpoint(this.ports.tables, this.epoch, shard);
      // Rows of slow tables are only as far as the checkpoint.
      const isSlow = formOf(question.report).table.cadence === 'slow';
      const newest = isSlow ? 0 : await this.history.newest(shard, checkpoint.logTime);
      const known = Math.max(checkpoint.seq, newest);
      const asked = asOf.positions?.get(shard) ?? Number.POSITIVE_INFINITY;
      bounds.set(shard, {
        seq: Math.min(known, asked),
        logTime: checkpoint.logTime,
        logTimeMax: asOf.logTime ?? Number.POSITIVE_INFINITY,
        isAhead: Math.min(known, asked) > checkpoint.seq,
      });
    }
    return bounds;
  }

  /** A stored row may be ahead of that: then its pages are about to come. */
  private extend(bounds: Map<number, Bound>, stored: readonly Row[], asOf: AsOf): void {
    for (const row of stored) {
      const shard = row['shard'] as number;
      const bound = bounds.get(shard)!;
      const seq = Math.min(row['applied'] as number, asOf.positions?.get(shard) ?? Number.POSITIVE_INFINITY);
      if (seq > bound.seq) bounds.set(shard, { ...bound, seq, isAhead: true });
    }
  }

  /** With a log time asked for, a stored row is only current when its last entry was settled by then. */
  private async boundsByTime(
    bounds: ReadonlyMap<number, Bound>,
    stored: readonly Row[],
  ): Promise<ReadonlyMap<number, Bound>> {
    const cut = new Map<number, Bound>();
    for (const [shard, bound] of bounds) {
      const isPast = bound.logTimeMax < bound.logTime;
      const touches = stored.some((row) => row['shard'] === shard);
      const next =
        isPast && touches ? await this.history.firstAfter(shard, bound.logTimeMax, bound.logTime) : undefined;
      cut.set(shard, next === undefined ? bound : { ...bound, seq: Math.min(bound.seq, next - 1), isAhead: false });
    }
    return cut;
  }

  /** Shards that can hold the key: what happens at a location is all on one. */
  private shardsOf({ tenant, report, locationId = '' }: ReceiptQuestion): number[] {
    const { partitions } = this.epoch;
    if (formOf(report).by === 'location' && locationId !== '') return [partitionOf(tenant, locationId, partitions)];
    return Array.from({ length: partitions }, (_, shard) => shard);
  }
}

function hasReached(receipt: Receipt, { figure, positions }: Shown): boolean {
  if (JSON.stringify(receipt.figure) === JSON.stringify(figure)) return true;
  return [...receipt.asOf.positions].every(([shard, seq]) => seq >= positions[shard]!);
}

function differencesOf(
  question: ReceiptQuestion,
  recounted: readonly Row[],
  stored: readonly Row[],
): ReturnType<typeof compareRows> {
  const { spec } = formOf(question.report).table;
  const textOf = (row: Row): string =>
    keyColumns(spec)
      .map((column) => String(row[column]))
      .join('\u0000');
  const byKey = new Map(stored.map((row) => [textOf(row), row]));
  const differences = recounted.flatMap((row) => {
    const found = byKey.get(textOf(row));
    byKey.delete(textOf(row));
    return compareRows(spec, row, found);
  });
  for (const row of byKey.values()) differences.push(...compareRows(spec, undefined, row));
  return differences;
}

/** Where the counted one of a copy stands, as far as it is among the events that were found. */
function firstOf({ copy, entry }: CopyFound, { events }: FoundEvents): { seq: number; index: number | null } {
  const first = events.find(({ event }) => event.event_id === copy.event_id && event.location_id === copy.location_id);
  if (first !== undefined) return { seq: first.entry.seq, index: first.index };
  return { seq: copy.first === 0 ? entry.seq : copy.first, index: null };
}

function sumOf(lines: readonly ReceiptLine[]): Contribution {
  const sums: Record<string, number> = {};
  for (const { contribution } of lines) {
    for (const [name, value] of Object.entries(contribution)) {
      // Cents at the finest; samples in thousandths of a minute.
      sums[name] = Math.round(((sums[name] ?? 0) + value) * 100_000) / 100_000;
    }
  }
  return sums;
}
