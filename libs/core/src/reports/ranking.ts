/**
 * Puts what a report lists in order without making an object of it: the first fifty of 20,000 are found by looking at each once.
 */

/** A heap is quicker than a sort of all while fewer than one in so many are asked for. */
const HEAP_SHARE = 16;

/** Keys are sorted by so many values of a digit at a time. */
const RADIX = 2_048;

/** The first `limit` of the indexes below `count`, in the order of `compare`, which takes no two of them for equal. */
export function rank(count: number, compare: (a: number, b: number) => number, limit = count): Int32Array {
  if (limit >= count) return Int32Array.from({ length: count }, (_, index) => index).sort(compare);
  // A heap of the best so far with the worst of them on top: nearly every index is dismissed by one comparison.
  const best = new Int32Array(limit);
  let size = 0;
  for (let index = 0; index < count; index++) {
    if (size < limit) raise(best, size++, index, compare);
    else if (limit > 0 && compare(index, best[0]!) < 0) lower(best, size, index, compare);
  }
  return best.sort(compare);
}

/**
 * The first `limit` indexes of `keys`, the greatest key first, of equal keys the smallest tie. Keys are whole numbers; ties are
 * whole, not negative, and no two are equal.
 */
export function rankByKey(keys: Float64Array, ties: Int32Array, limit = keys.length): Int32Array {
  const { length } = keys;
  let keyMin = 0;
  let keyMax = 0;
  let tieMax = 0;
  for (let index = 0; index < length; index++) {
    if (keys[index]! < keyMin) keyMin = keys[index]!;
    if (keys[index]! > keyMax) keyMax = keys[index]!;
    if (ties[index]! > tieMax) tieMax = ties[index]!;
  }
  if (limit < length / HEAP_SHARE || keyMax - keyMin > Number.MAX_SAFE_INTEGER) {
    return rank(length, (a, b) => keys[b]! - keys[a]! || ties[a]! - ties[b]!, limit);
  }
  const descents = new Float64Array(length);
  for (let index = 0; index < length; index++) descents[index] = keyMax - keys[index]!;
  return sortedBy(descents, keyMax - keyMin, byTie(ties, tieMax)).subarray(0, limit);
}

/** Indexes of the ties, the smallest first. */
function byTie(ties: Int32Array, tieMax: number): Int32Array {
  const indexes = new Int32Array(tieMax + 1);
  for (let index = 0; index < ties.length; index++) indexes[ties[index]!] = index + 1;
  const order = new Int32Array(ties.length);
  let place = 0;
  for (let tie = 0; tie <= tieMax; tie++) if (indexes[tie] !== 0) order[place++] = indexes[tie]! - 1;
  return order;
}

/**
 * Sorts `order`, whose equals stay as they are, by numbers from 0 to `max`: digit by digit, the lowest first. Comparing costs five
 * times as much. The numbers are used up.
 */
function sortedBy(numbers: Float64Array, max: number, order: Int32Array): Int32Array {
  const { length } = order;
  const digits = new Int32Array(length);
  const ends = new Int32Array(RADIX + 1);
  let from = order;
  let to: Int32Array = new Int32Array(length);
  for (let rest = max; rest >= 1; rest = Math.floor(rest / RADIX)) {
    ends.fill(0);
    for (let index = 0; index < length; index++) {
      const higher = Math.floor(numbers[index]! / RADIX);
      const digit = numbers[index]! - higher * RADIX;
      numbers[index] = higher;
      digits[index] = digit;
      ends[digit + 1]! += 1;
    }
    for (let digit = 1; digit < RADIX; digit++) ends[digit]! += ends[digit - 1]!;
    for (let place = 0; place < length; place++) {
      const index = from[place]!;
      to[ends[digits[index]!]!++] = index;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** Puts `index` into a heap of `size`. */
function raise(heap: Int32Array, size: number, index: number, compare: (a: number, b: number) => number): void {
  let at = size;
  while (at > 0) {
    const above = (at - 1) >> 1;
    if (compare(index, heap[above]!) <= 0) break;
    heap[at] = heap[above]!;
    at = above;
  }
  heap[at] = index;
}

/** Puts `index` in place of the top. */
function lower(heap: Int32Array, size: number, index: number, compare: (a: number, b: number) => number): void {
  let at = 0;
  for (;;) {
    let below = 2 * at + 1;
    if (below >= size) break;
    if (below + 1 < size && compare(heap[below + 1]!, heap[below]!) > 0) below++;
    if (compare(heap[below]!, index) <= 0) break;
    heap[at] = heap[below]!;
    at = below;
  }
  heap[at] = index;
}
