import { asBuffer } from '@ticketrail/lmdb';
import { clockOf } from './value-format.js';

export interface Stored {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** Which of two values of one key counts: that of the higher clock, or else `later`, which was written later. */
export function counting(earlier: Buffer | undefined, later: Buffer | undefined): Buffer | undefined {
  if (earlier === undefined || later === undefined) return later ?? earlier;
  return clockOf(later) < clockOf(earlier) ? earlier : later;
}

/**
 * Rows that were written earlier and later, in the order of their keys. Of a key in both, the one that counts.
 *
 * @param stored in ascending order, or in descending with `isReverse`
 * @param waiting written later; always in ascending order
 */
export function* merged(
  stored: Iterable<Stored>,
  waiting: readonly Stored[],
  isReverse: boolean,
): Generator<Stored, void> {
  const direction = isReverse ? -1 : 1;
  let next = isReverse ? waiting.length - 1 : 0;
  for (const row of stored) {
    let order = 1;
    for (let rival = waiting[next]; rival !== undefined; rival = waiting[next]) {
      order = rival.key.compare(row.key) * direction;
      if (order > 0) break;
      next += direction;
      if (order < 0) {
        yield rival;
        continue;
      }
      yield clockOf(rival.value) < clockOf(asBuffer(row.value)) ? row : rival;
      break;
    }
    if (order !== 0) yield row;
  }
  for (; waiting[next] !== undefined; next += direction) yield waiting[next] as Stored;
}
