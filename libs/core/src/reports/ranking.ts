/**
 * Puts what a report lists in order without making an object of it: the first fifty of 20,000 are found by looking at each once.
 */

/** A sum of a key and its tie beyond this is no longer exact as a number. */
const EXACT_MAX = Number.MAX_SAFE_INTEGER;

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
  let keyMax = 0;
  let tieMax = 0;
  for (let index = 0; index < keys.length; index++) {
    keyMax = Math.max(keyMax, Math.abs(keys[index]!));
    tieMax = Math.max(tieMax, ties[index]!);
  }
  const isWhole = limit >= keys.length;
  if (!isWhole || (keyMax + 1) * (tieMax + 1) > EXACT_MAX) {
    return rank(keys.length, (a, b) => keys[b]! - keys[a]! || ties[a]! - ties[b]!, limit);
  }
  // Numbers are sorted ten times as fast as indexes with a comparison: so key and tie become one.
  const byTie = new Int32Array(tieMax + 1);
  const sorted = new Float64Array(keys.length);
  for (let index = 0; index < keys.length; index++) {
    byTie[ties[index]!] = index;
    sorted[index] = ties[index]! - keys[index]! * (tieMax + 1);
  }
  sorted.sort();
  const order = new Int32Array(keys.length);
  for (let place = 0; place < sorted.length; place++) {
    // The rest of a division of numbers is exact, which the quotient is not.
    const rest = sorted[place]! % (tieMax + 1);
    order[place] = byTie[rest < 0 ? rest + tieMax + 1 : rest]!;
  }
  return order;
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
