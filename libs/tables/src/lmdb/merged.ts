export interface Stored {
  readonly key: Buffer;
  readonly value: Buffer;
}

/**
 * What is stored and what waits to be, in the order of their keys. Of a key in both, the one that waits counts.
 *
 * @param stored in ascending order, or in descending with `isReverse`
 * @param waiting always in ascending order
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
      yield rival;
      next += direction;
      if (order === 0) break;
    }
    if (order !== 0) yield row;
  }
  for (; waiting[next] !== undefined; next += direction) yield waiting[next] as Stored;
}
