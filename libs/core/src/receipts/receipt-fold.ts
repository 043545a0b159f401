/**
 * The recount behind a receipt: the fold of the partition, over just the events that a figure is made of, one at a time, so
 * that what each of them changed in the figure can be told.
 */
import type { SettledPart } from '../batches.js';
import type { CanonicalEvent } from '../events/canonical.js';
import { Cell, cellKey } from '../folds/cell.js';
import { type Delta, placeOf } from '../folds/delta.js';
import { PartitionFold } from '../folds/partition-fold.js';
import type { SettledEntry } from '../folds/settled-entry.js';
import { minorToMajor } from '../money.js';
import type { AggregateTable } from '../tables/aggregate.js';
import type { Row } from '../tables/spec.js';
import { asksFor, formOf, type ReceiptForm, type ReceiptQuestion } from './question.js';

/** The entry an event stands in. */
export interface EntryHead {
  readonly seq: number;
  readonly id: string;
  readonly logTime: number;
  /** How long after its end a minute was still expected to change then, milliseconds; undefined where it was not written down. */
  readonly latenessMs?: number | undefined;
}

/** An event of the history with where it stands. */
export interface PlacedEvent {
  readonly entry: EntryHead;
  /** Among the entry's applied events. */
  readonly index: number;
  readonly tenant: string;
  readonly event: CanonicalEvent;
}

export function placeOfEvent({ entry, index }: PlacedEvent): number {
  return placeOf(entry.seq, index);
}

/** What an event added to a figure (or took back from it): a number by column, amounts in major units. */
export interface Contribution {
  readonly [column: string]: number;
}

const UNBOUNDED = Number.MAX_SAFE_INTEGER;

export class ReceiptFold {
  private readonly fold: PartitionFold;
  private readonly form: ReceiptForm;
  private readonly cells = new Map<string, Cell>();

  constructor(
    private readonly question: ReceiptQuestion,
    private readonly generation: number,
    private readonly shard: number,
  ) {
    this.form = formOf(question.report);
    // Nothing was folded before, so nothing has to be read; and nothing is let go.
    const limits = { ordersMax: UNBOUNDED, periodsMax: UNBOUNDED, cellsMax: UNBOUNDED };
    this.fold = new PartitionFold({ generation, shard, resumedAt: undefined, skewMs: 0, ...limits });
  }

  /**
   * Adds one event, in the order of places; answers what it contributed to the figure, or undefined when it does not touch it.
   * An event may touch a figure with nothing, as one of an order that was voided before.
   */
  add({ entry, index, tenant, event }: PlacedEvent): Contribution | undefined {
    const part = { tenant, accepted: 1, events: [event], duplicates: [], rejections: [] };
    return this.step({ seq: entry.seq, id: entry.id, batch: batchOf(entry, [part]), indexes: [index] });
  }

  /** Adds a whole entry, for figures that are made of entries. */
  addEntry(entry: EntryHead, parts: SettledPart[]): Contribution | undefined {
    return this.step({ seq: entry.seq, id: entry.id, batch: batchOf(entry, parts) });
  }

  /** The rows that were asked for, as this fold makes them. */
  rows(): Row[] {
    return [...this.cells.values()].map((cell) => cell.row(this.generation, this.shard));
  }

  private step(entry: SettledEntry): Contribution | undefined {
    const { fold, form, question } = this;
    fold.wantedSources(entry.batch);
    fold.fold(entry);
    let contribution: Record<string, number> | undefined;
    for (const delta of fold.contributions) {
      const { table, tenant, bucket, members } = delta;
      if (table !== form.table || !asksFor(question, tenant, bucket, members)) continue;
      this.cellOf(delta).add(delta, entry.seq, entry.id);
      if (form.shows(delta)) addTo((contribution ??= {}), table, delta);
    }
    // The rows of the fold itself are nobody's: what was asked for is kept in `cells`.
    fold.commit();
    return contribution === undefined ? undefined : withoutZeros(contribution);
  }

  private cellOf({ table, tenant, bucket, members }: Delta): Cell {
    const key = cellKey(tenant, bucket, members);
    let cell = this.cells.get(key);
    if (cell === undefined) this.cells.set(key, (cell = new Cell(table, tenant, bucket, members)));
    return cell;
  }
}

function batchOf({ logTime }: EntryHead, parts: SettledPart[]): SettledEntry['batch'] {
  return { previous: '', ingest: 0, ingest_id: '', log_time: logTime, parts };
}

function addTo(contribution: Record<string, number>, table: AggregateTable, delta: Delta): void {
  table.sums.forEach((sum, i) => {
    const isAmount = sum.endsWith('_minor');
    const name = sum.replace(/_minor$/, '').replace(/^events_/, '');
    const minor = isAmount ? Math.round((contribution[name] ?? 0) * 100) + delta.sums[i]! : 0;
    contribution[name] = isAmount ? minorToMajor(minor) : (contribution[name] ?? 0) + delta.sums[i]!;
  });
  const { sample } = delta;
  if (sample === undefined) return;
  contribution['samples'] = (contribution['samples'] ?? 0) + sample.count;
  const name = table.sketches[sample.sketch]!;
  contribution[name] = (contribution[name] ?? 0) + sample.count * sample.value;
}

function withoutZeros(contribution: Record<string, number>): Contribution {
  return Object.fromEntries(Object.entries(contribution).filter(([, value]) => value !== 0));
}
