/**
 * Finds the events behind a figure on one shard: those of the window by the index, and those that orders and tables name
 * besides.
 */
import {
  type Duplicate,
  formOf,
  indexesAt,
  isSubject,
  locationHash,
  minuteOf,
  momentIn,
  momentRows,
  orderRows,
  partOf,
  periodOf,
  placeOf,
  placeOfEvent,
  type PlacedEvent,
  PLACES_PER_ENTRY,
  type ReceiptQuestion,
  type Row,
  seqOf,
  type SetRows,
  VISIT_MAX_MS,
  type EntryHead,
} from '@ticketrail/core';
import { headOf, type History, type HistoryPage, type PageRef } from './history.js';
import type { Tables } from './ports.js';

/** Up to where a receipt reads a shard's history. */
export interface Bound {
  /** Entries beyond this position, or settled after `logTimeMax`, are left out. */
  readonly seq: number;
  /** Log time at which the shard is known to be complete. */
  readonly logTime: number;
  readonly logTimeMax: number;
  /** Whether `seq` is beyond what the checkpoint vouches for: pages may then still be on their way. */
  readonly isAhead: boolean;
}

/** An event that was not counted, with the entry that says so. */
export interface CopyFound {
  readonly entry: EntryHead;
  /** Among the entry's duplicates. */
  readonly index: number;
  readonly copy: Duplicate;
}

export interface FoundEvents {
  /** In the order of their places. */
  readonly events: readonly PlacedEvent[];
  readonly copies: readonly CopyFound[];
  readonly problems: readonly string[];
}

/** The figure is made of more events than one receipt lists. */
export class ReceiptTooLong extends Error {
  readonly code = 'RECEIPT_TOO_LONG';
}

/** Events behind one figure at most, on one shard. */
export const RECEIPT_EVENTS_MAX = 200_000;

/** Sets that are asked for at the same time. */
const SETS_PER_READ = 256;

interface Wanted extends PageRef {
  readonly indexes: Set<number>;
  readonly copies: Set<number>;
}

export class ReceiptEvents {
  private readonly events = new Map<number, PlacedEvent>();
  private readonly copies: CopyFound[] = [];
  private readonly problems: string[] = [];

  constructor(
    private readonly tables: Tables,
    private readonly history: History,
    private readonly question: ReceiptQuestion,
    private readonly shard: number,
    private readonly bound: Bound,
  ) {}

  /** Throws ReceiptTooLong. */
  async collect(): Promise<FoundEvents> {
    await this.readPages(await this.inWindow(), true);
    const { sources } = formOf(this.question.report);
    if (sources === 'orders') await this.readPages(await this.located(await this.partsOfOrders()), false);
    if (sources === 'visits') await this.readPages(await this.located(await this.momentsAtTables()), false);
    const events = [...this.events.values()].sort((a, b) => placeOfEvent(a) - placeOfEvent(b));
    return { events, copies: this.copies, problems: this.problems };
  }

  /** What the index has for the window. */
  private async inWindow(): Promise<Wanted[]> {
    const { tenant, window, locationId } = this.question;
    const hash = locationId === undefined ? undefined : locationHash(tenant, locationId);
    const { types } = formOf(this.question.report);
    const wanted = new Map<number, Wanted>();
    let count = 0;
    for await (const rows of this.history.index(this.shard, window.from, window.to)) {
      for (const { seq, log_time: logTime, places, copies } of rows) {
        if (seq > this.bound.seq || logTime > this.bound.logTimeMax) continue;
        const events = indexesAt(places, hash, types);
        const duplicates = indexesAt(copies, hash, types);
        if (events.length + duplicates.length === 0) continue;
        count += events.length + duplicates.length;
        if (count > RECEIPT_EVENTS_MAX) {
          throw new ReceiptTooLong(`the figure is made of more than ${RECEIPT_EVENTS_MAX} events`);
        }
        const known = wanted.get(seq);
        if (known === undefined) {
          wanted.set(seq, { seq, logTime, indexes: new Set(events), copies: new Set(duplicates) });
        } else {
          for (const index of events) known.indexes.add(index);
          for (const index of duplicates) known.copies.add(index);
        }
      }
    }
    return [...wanted.values()];
  }

  /** Takes the wanted events out of their pages; of those found by the window only the ones that can be part of the figure. */
  private async readPages(wanted: readonly Wanted[], byWindow: boolean): Promise<void> {
    let next = 0;
    for await (const [ref, page] of this.history.pages(this.shard, wanted)) {
      const { indexes, copies } = wanted[next++]!;
      if (typeof page === 'string') {
        this.problems.push(`the page of entry ${ref.seq} on partition ${this.shard} is ${page}`);
        continue;
      }
      this.takeEvents(page, indexes, byWindow);
      this.takeCopies(page, copies);
      if (this.events.size > RECEIPT_EVENTS_MAX) {
        throw new ReceiptTooLong(`the figure is made of more than ${RECEIPT_EVENTS_MAX} events`);
      }
    }
  }

  private takeEvents(page: HistoryPage, indexes: ReadonlySet<number>, byWindow: boolean): void {
    const { question } = this;
    const entry = headOf(page);
    let first = 0;
    let known = 0;
    for (const { tenant, events } of page.batch.parts) {
      const end = first + events.length;
      for (const index of indexes) {
        const event = index >= first && index < end ? events[index - first] : undefined;
        if (event === undefined) continue;
        known++;
        if (tenant !== question.tenant || (byWindow && !isSubject(question, event))) continue;
        this.events.set(placeOf(page.seq, index), { entry, index, tenant, event });
      }
      first = end;
    }
    if (known < indexes.size) {
      this.problems.push(`entry ${page.seq} on partition ${this.shard} has fewer events than the index says`);
    }
  }

  private takeCopies(page: HistoryPage, indexes: ReadonlySet<number>): void {
    const { question } = this;
    const { types, by } = formOf(question.report);
    const entry = headOf(page);
    let index = 0;
    for (const { tenant, duplicates } of page.batch.parts) {
      for (const copy of duplicates) {
        const isWanted =
          indexes.has(index) &&
          tenant === question.tenant &&
          types.has(copy.event_type as never) &&
          copy.time >= question.window.from &&
          copy.time < question.window.to &&
          (by !== 'location' || copy.location_id === question.locationId);
        if (isWanted) this.copies.push({ entry, index, copy });
        index++;
      }
    }
  }

  /** Places and times of the parts that matter, of the orders that were found. */
  private async partsOfOrders(): Promise<Map<number, number>> {
    const found = new Map<string, { readonly at: readonly [string, string, string]; readonly places: number[] }>();
    for (const [place, { tenant, event }] of this.events) {
      if (!('order_id' in event) || event.order_id === undefined) continue;
      const { order_id, location_id } = event;
      const text = `${order_id}\u0000${location_id}`;
      const known = found.get(text);
      if (known === undefined) found.set(text, { at: [tenant, order_id, location_id], places: [place] });
      else known.places.push(place);
    }
    const places = new Map<number, number>();
    const { types, alters } = formOf(this.question.report);
    const orders = [...found.values()];
    const sets = await this.sets(orders, ({ at }) => orderRows(this.history.generation, this.shard, ...at));
    for (const [i, rows] of sets.entries()) {
      const parts = rows.flatMap((row) => partOf(row) ?? []);
      // Only in an order that is full does it matter which other parts it has.
      const isFull = parts.length < rows.length;
      this.checkParts(orders[i]!.at[1], orders[i]!.places, isFull, new Set(parts.map(({ place }) => place)));
      for (const { place, event } of parts) {
        if (isFull || types.has(event.event_type) || alters.has(event.event_type)) places.set(place, event.time);
      }
    }
    return places;
  }

  /** Every event that was found has to be among the parts of its order. What no checkpoint vouches for may be on its way. */
  private checkParts(order: string, found: readonly number[], isFull: boolean, parts: ReadonlySet<number>): void {
    if (isFull || this.bound.isAhead) return;
    const missing = found.find((place) => seqOf(place) <= this.bound.seq && !parts.has(place));
    if (missing === undefined) return;
    this.problems.push(`the row of order ${order} at position ${seqOf(missing)} on partition ${this.shard} is missing`);
  }

  /** Places and times of everything that happened at the tables that were found, in the periods beside too. */
  private async momentsAtTables(): Promise<Map<number, number>> {
    const found = new Map<string, readonly [string, string, string, number]>();
    for (const { tenant, event } of this.events.values()) {
      if (!('table_id' in event) || event.table_id === undefined) continue;
      const { table_id, location_id } = event;
      const own = periodOf(event.time);
      for (const period of [own - VISIT_MAX_MS, own, own + VISIT_MAX_MS]) {
        found.set(`${location_id}\u0000${table_id}\u0000${period}`, [tenant, location_id, table_id, period]);
      }
    }
    const places = new Map<number, number>();
    const sets = await this.sets([...found.values()], (at) => momentRows(this.history.generation, this.shard, ...at));
    for (const rows of sets) for (const { place, time } of rows.map(momentIn)) places.set(place, time);
    return places;
  }

  /** The rows of each set, some sets at a time. */
  private async sets<Of>(of: readonly Of[], rowsOf: (of: Of) => SetRows): Promise<Row[][]> {
    const found: Row[][] = [];
    for (let i = 0; i < of.length; i += SETS_PER_READ) {
      const some = of.slice(i, i + SETS_PER_READ).map(rowsOf);
      found.push(...(await this.tables.scanSets(some)));
    }
    return found;
  }

  /** The pages of the places that are not yet found: the index knows their log time. */
  private async located(places: ReadonlyMap<number, number>): Promise<Wanted[]> {
    const missing = [...places].filter(([place]) => !this.events.has(place) && seqOf(place) <= this.bound.seq);
    const rows = await this.history.indexRows(
      this.shard,
      missing.map(([place, time]) => ({ minute: minuteOf(time), seq: seqOf(place) })),
    );
    const wanted = new Map<number, Wanted>();
    for (const [i, [place]] of missing.entries()) {
      const row = rows[i];
      if (row === undefined) {
        this.problems.push(`the index has no row for entry ${seqOf(place)} on partition ${this.shard}`);
        continue;
      }
      if (row.log_time > this.bound.logTimeMax) continue;
      const known = wanted.get(row.seq);
      const entry = known ?? { seq: row.seq, logTime: row.log_time, indexes: new Set(), copies: new Set() };
      if (known === undefined) wanted.set(row.seq, entry);
      entry.indexes.add(place % PLACES_PER_ENTRY);
    }
    return [...wanted.values()];
  }
}
