/**
 * The index of the history by event time: which events of an entry happened in which minute, at which place, and where in the
 * entry they stand. One row an entry and minute of event time it touches, which is one or two rows as a rule.
 *
 * It answers two questions. Whether an event was settled before (its identity is among the `marks` of its minute), and which
 * pages of the history hold the events of a place in a minute. The latter also for copies that were not counted.
 */
import type { EventType } from '../events/canonical.js';
import { hash64, type Hash64 } from '../hash.js';
import type { Row } from '../tables/spec.js';
import { hourOf } from '../time.js';

/** Bytes of one event in `marks`, and of one event or copy in `places` and `copies`. */
const MARK_BYTES = 8;
const PLACE_BYTES = 6;

/** 32 bits that stand for a location of a tenant: enough to pass over most others, never proof of being the one. */
export function locationHash(tenant: string, locationId: string): number {
  hash64(tenant, locationId, '', scratch);
  return scratch.lo;
}

/** By the numbers under which they are stored, from 1: new ones go to the end. */
const TYPES: readonly EventType[] = [
  'table_seated',
  'order_placed',
  'order_item_added',
  'order_completed',
  'payment',
  'payment_refunded',
  'order_voided',
  'sale',
  'feedback',
];
const TYPE_NUMBERS = new Map<string, number>(TYPES.map((type, i) => [type, i + 1]));

/** An index takes twelve bits, which is PLACES_PER_ENTRY; the type's number is above them. */
const INDEX_BITS = 12;
const INDEX_MASK = 2 ** INDEX_BITS - 1;

function typed(type: string, index: number): number {
  return ((TYPE_NUMBERS.get(type) ?? 0) << INDEX_BITS) | index;
}

interface MinuteMarks {
  /** Two halves an event. */
  readonly marks: number[];
  /** A location's hash, and type with index, an event and a copy. */
  readonly places: number[];
  readonly copies: number[];
}

export class HistoryIndex {
  private readonly minutes = new Map<number, MinuteMarks>();

  /** An applied event by its index among the entry's applied events. */
  add(minute: number, identity: Hash64, location: number, type: string, index: number): void {
    const { marks, places } = this.at(minute);
    marks.push(identity.hi, identity.lo);
    places.push(location, typed(type, index));
  }

  /** An event that was not counted, by its index among the entry's duplicates. */
  addCopy(minute: number, location: number, type: string, index: number): void {
    this.at(minute).copies.push(location, typed(type, index));
  }

  /** In the order in which the minutes first occurred. */
  *rows(generation: number, shard: number, seq: number, entry: string, logTime: number): Iterable<Row> {
    const packing = new Packing(this.minutes.values());
    for (const [minute, { marks, places, copies }] of this.minutes) {
      yield {
        generation,
        shard,
        hour: hourOf(minute),
        minute,
        seq,
        entry,
        log_time: logTime,
        marks: packing.marks(marks),
        places: packing.places(places),
        copies: packing.places(copies),
      };
    }
  }

  private at(minute: number): MinuteMarks {
    let known = this.minutes.get(minute);
    if (known === undefined) this.minutes.set(minute, (known = { marks: [], places: [], copies: [] }));
    return known;
  }
}

/** Puts the numbers of all rows of an entry into one array of bytes, which is dear to make; each row has pieces of it. */
class Packing {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private end = 0;

  constructor(minutes: Iterable<MinuteMarks>) {
    let size = 0;
    for (const { marks, places, copies } of minutes) {
      size += marks.length * 4 + ((places.length + copies.length) / 2) * PLACE_BYTES;
    }
    this.bytes = new Uint8Array(size);
    this.view = new DataView(this.bytes.buffer);
  }

  marks(halves: readonly number[]): Uint8Array {
    const from = this.end;
    for (let i = 0; i < halves.length; i++, this.end += 4) this.view.setUint32(this.end, halves[i]!);
    return this.bytes.subarray(from, this.end);
  }

  places(places: readonly number[]): Uint8Array {
    const from = this.end;
    for (let i = 0; i < places.length; i += 2, this.end += PLACE_BYTES) {
      this.view.setUint32(this.end, places[i]!);
      this.view.setUint16(this.end + 4, places[i + 1]!);
    }
    return this.bytes.subarray(from, this.end);
  }
}

/** Reads packed marks: calls back with each identity. */
export function readMarks(bytes: Uint8Array, each: (hi: number, lo: number) => void): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i + MARK_BYTES <= bytes.byteLength; i += MARK_BYTES) each(view.getUint32(i), view.getUint32(i + 4));
}

/** Indexes in packed places (or copies) of one location's hash (or all), of events of these types (or all). */
export function indexesAt(
  bytes: Uint8Array,
  location: number | undefined,
  types: ReadonlySet<EventType> | undefined,
): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const indexes: number[] = [];
  for (let i = 0; i + PLACE_BYTES <= bytes.byteLength; i += PLACE_BYTES) {
    if (location !== undefined && view.getUint32(i) !== location) continue;
    const place = view.getUint16(i + 4);
    const type = TYPES[(place >> INDEX_BITS) - 1];
    if (types === undefined || (type !== undefined && types.has(type))) indexes.push(place & INDEX_MASK);
  }
  return indexes;
}

const scratch: Hash64 = { hi: 0, lo: 0 };
