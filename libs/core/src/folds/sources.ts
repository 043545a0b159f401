/**
 * The rows that aggregates are derived from: orders and the moments at tables. In memory as sets with places; as rows for the
 * tables. A set only grows, so a row written later always contains what one written earlier held.
 */
import { JsonText, type Key, type Row, type Value } from '../tables/spec.js';
import type { OrderPart } from './order.js';
import { isOrderFull } from './order.js';
import { MOMENTS_PER_PERIOD_MAX, type Moment } from './visit.js';
import { seqOf } from './delta.js';
import { FoldMismatch } from './fold-mismatch.js';

export { FoldMismatch };

interface Placed {
  readonly place: number;
}

/**
 * Puts a part at its place and answers its index, or −1 when the set is full. Going over the log again finds it there.
 */
function put<Part extends Placed>(
  parts: Part[],
  part: Part,
  isFull: boolean,
  same: (a: Part, b: Part) => boolean,
): number {
  const last = parts[parts.length - 1];
  if (last === undefined || part.place > last.place) {
    if (isFull) return -1;
    return parts.push(part) - 1;
  }
  const index = parts.findIndex((known) => known.place === part.place);
  if (index < 0 || !same(parts[index]!, part)) {
    throw new FoldMismatch(
      `the row holds another event at position ${seqOf(part.place)}, so it was made from another log`,
    );
  }
  return index;
}

/** The JSON of a list that only grows: each element is written down once. */
class GrowingJson {
  private text = '';
  private count = 0;

  /** The list as text. `encode` gives what stands for an element. */
  of<Element>(elements: readonly Element[], encode: (element: Element) => unknown): JsonText {
    for (; this.count < elements.length; this.count++) {
      this.text += (this.count === 0 ? '' : ',') + JSON.stringify(encode(elements[this.count]!));
    }
    return new JsonText(`[${this.text}]`);
  }
}

/** What a row that was read, or one that was just made, holds in a column of JSON. */
function listIn(value: Value | undefined): unknown[] {
  return (value instanceof JsonText ? value.toJSON() : value) as unknown[];
}

export class OrderState {
  /** Set while there are changes that were not yet written. */
  toWrite = false;
  used = true;
  entry = '';
  /** Place of the last event beyond what an order may hold; 0 when there was none. */
  overflow = 0;
  readonly parts: OrderPart[];
  private readonly json = new GrowingJson();

  constructor(
    readonly tenant: string,
    readonly orderId: string,
    readonly locationId: string,
    loaded?: Row,
  ) {
    this.parts = loaded === undefined ? [] : [...(listIn(loaded['parts']) as OrderPart[])];
    if (loaded !== undefined) {
      this.overflow = loaded['overflow'] as number;
      this.entry = loaded['entry'] as string;
    }
  }

  /** The index of the part among the order's parts, or −1 when the order has too many. */
  put(part: OrderPart, entry: string): number {
    this.used = true;
    const known = this.lastPlace;
    const index = put(this.parts, part, isOrderFull(this.parts), (a, b) => a.event.event_id === b.event.event_id);
    if (index < 0) this.overflow = Math.max(this.overflow, part.place);
    if (part.place > known) {
      this.entry = entry;
      this.toWrite = true;
    }
    return index;
  }

  /** Latest event time among the parts, for retention. */
  get time(): number {
    return this.parts.reduce((latest, part) => Math.max(latest, part.event.time), 0);
  }

  row(generation: number): Row {
    return {
      generation,
      tenant: this.tenant,
      order_id: this.orderId,
      location_id: this.locationId,
      parts: this.json.of(this.parts, (part) => part),
      overflow: this.overflow,
      applied: seqOf(this.lastPlace),
      entry: this.entry,
    };
  }

  private get lastPlace(): number {
    return Math.max(this.overflow, this.parts[this.parts.length - 1]?.place ?? 0);
  }
}

type EncodedMoment = readonly [number, Moment['kind'], number, string, number, number, number];

function encodeMoment({ place, kind, time, event_id, utc_offset_minutes, hi, lo }: Moment): EncodedMoment {
  return [place, kind, time, event_id, utc_offset_minutes, hi, lo];
}

export class PeriodState {
  toWrite = false;
  used = true;
  entry = '';
  readonly moments: Moment[];
  private readonly json = new GrowingJson();

  constructor(
    readonly tenant: string,
    readonly locationId: string,
    readonly tableId: string,
    readonly period: number,
    loaded?: Row,
  ) {
    const encoded = loaded === undefined ? [] : (listIn(loaded['moments']) as EncodedMoment[]);
    this.moments = encoded.map(([place, kind, time, event_id, utc_offset_minutes, hi, lo]) => ({
      place,
      kind,
      time,
      event_id,
      utc_offset_minutes,
      hi,
      lo,
    }));
    if (loaded !== undefined) this.entry = loaded['entry'] as string;
  }

  /** Whether the moment is (now) among the period's moments; false when there are too many. */
  put(moment: Moment, entry: string): boolean {
    this.used = true;
    const known = this.lastPlace;
    const isFull = this.moments.length >= MOMENTS_PER_PERIOD_MAX;
    const index = put(this.moments, moment, isFull, (a, b) => a.event_id === b.event_id);
    if (index >= 0 && moment.place > known) {
      this.entry = entry;
      this.toWrite = true;
    }
    return index >= 0;
  }

  row(generation: number): Row {
    return {
      generation,
      tenant: this.tenant,
      location_id: this.locationId,
      table_id: this.tableId,
      period: this.period,
      moments: this.json.of(this.moments, encodeMoment),
      applied: seqOf(this.lastPlace),
      entry: this.entry,
    };
  }

  private get lastPlace(): number {
    return this.moments[this.moments.length - 1]?.place ?? 0;
  }
}

export function orderKey(tenant: string, orderId: string, locationId: string): string {
  return `${tenant}\u0000${orderId}\u0000${locationId}`;
}

export function periodKey(tenant: string, locationId: string, tableId: string, period: number): string {
  return `${tenant}\u0000${locationId}\u0000${tableId}\u0000${period}`;
}

/** A row that must be in memory before the entry can be folded. */
export interface Wanted {
  readonly text: string;
  readonly key: Key;
}
