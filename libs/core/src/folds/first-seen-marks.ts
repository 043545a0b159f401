/** The identities of one entry's events, packed per hour of event time: eight bytes each, big-endian. */
import type { Hash64 } from '../hash.js';

export class FirstSeenMarks {
  private readonly hours = new Map<number, number[]>();

  add(hour: number, identity: Hash64): void {
    const marks = this.hours.get(hour);
    if (marks === undefined) this.hours.set(hour, [identity.hi, identity.lo]);
    else marks.push(identity.hi, identity.lo);
  }

  /** In the order in which the hours first occurred. */
  *byHour(): Iterable<[hour: number, bytes: Uint8Array]> {
    for (const [hour, marks] of this.hours) {
      const bytes = new Uint8Array(marks.length * 4);
      const view = new DataView(bytes.buffer);
      marks.forEach((half, i) => view.setUint32(i * 4, half));
      yield [hour, bytes];
    }
  }
}

/** Reads packed marks: calls back with each identity. */
export function readMarks(bytes: Uint8Array, each: (hi: number, lo: number) => void): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i + 8 <= bytes.byteLength; i += 8) each(view.getUint32(i), view.getUint32(i + 4));
}
