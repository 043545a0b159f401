/**
 * Finds the events behind a figure on one shard: those of the window by the index, and those that orders and tables name
 * besides.
 */
import {
  type Duplicate,
  formOf,
  indexesAt,
  isSubject,
  type Key,
  locationHash,
  minuteOf,
  type OrderPart,
  ORDERS,
  periodOf,
  placeOf,
  placeOfEvent,
  type PlacedEvent,
  PLACES_PER_ENTRY,
  type ReceiptQuestion,
  seqOf,
  VISIT_MAX_MS,
  VISITS,
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
    const keys = new Map<string, Key>();
    for (const { tenant, event } of this.events.values()) {
      if (!('order_id' in event) || event.order_id === undefined) continue;
      const { order_id, location_id } = event;
      keys.set(`${order_id}\u0000${location_id}`, {
        generation: this.history.generation,
        tenant,
        order_id,
        location_id,
      });
    }
    const places = new Map<number, number>();
    const { types, alters } = formOf(this.question.report);
    const wanted = [...keys.values()];
    const rows = await this.tables.read(ORDERS, wanted);
    for (const [i, row] of rows.entries()) {
      if (row === undefined) this.problems.push(`the row of order ${String(wanted[i]!['order_id'])} is missing`);
      const parts = (row?.['parts'] ?? []) as unknown as OrderPart[];
      // Only in an order that is full does it matter which other parts it has.
      const isFull = ((row?.['overflow'] ?? 0) as number) > 0;
      for (const { place, event } of parts) {
        if (isFull || types.has(event.event_type) || alters.has(event.event_type)) places.set(place, event.time);
      }
    }
    return places;
  }

  /** Places and times of everything that happened at the tables that were found, in the periods beside too. */
  private async momentsAtTables(): Promise<Map<number, number>> {
    const keys = new Map<string, Key>();
    for (const { tenant, event } of this.events.values()) {
      if (!('table_id' in event) || event.table_id === undefined) continue;
      const { table_id, location_id } = event;
      const own = periodOf(event.time);
      for (const period of [own - VISIT_MAX_MS, own, own + VISIT_MAX_MS]) {
        const key = { generation: this.history.generation, tenant, location_id, table_id, period };
        keys.set(`${location_id}\u0000${table_id}\u0000${period}`, key);
      }
    }
    const places = new Map<number, number>();
    const rows = await this.tables.read(VISITS, [...keys.values()]);
    for (const row of rows) {
      const moments = (row?.['moments'] ?? []) as unknown as [place: number, kind: string, time: number][];
      for (const [place, , time] of moments) places.set(place, time);
    }
    return places;
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
