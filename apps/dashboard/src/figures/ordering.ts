/** A column to sort by, and which way. */
export interface Sort<Row> {
  readonly by: keyof Row & string;
  readonly descending: boolean;
}

export function sortRows<Row>(rows: readonly Row[], sort: Sort<Row>, idOf: (row: Row) => string): Row[] {
  const sign = sort.descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const x = a[sort.by];
    const y = b[sort.by];
    const order =
      typeof x === 'number' && typeof y === 'number' ? x - y : String(x ?? '').localeCompare(String(y ?? ''));
    // Equal figures keep one order whatever order they came in, or rows would dance.
    return order === 0 ? idOf(a).localeCompare(idOf(b)) : sign * order;
  });
}

/**
 * The rows with their newest figures in an order that is being held, because somebody reads or points at them. Rows that are new come
 * last, rows that are gone go.
 */
export function inHeldOrder<Row>(sorted: readonly Row[], held: readonly string[], idOf: (row: Row) => string): Row[] {
  const byId = new Map(sorted.map((row) => [idOf(row), row]));
  const kept: Row[] = [];
  for (const id of held) {
    const row = byId.get(id);
    if (row !== undefined) {
      kept.push(row);
      byId.delete(id);
    }
  }
  return [...kept, ...byId.values()];
}

/** Rows in which every word of the search occurs, in any case and any order. */
export function matching<Row>(rows: readonly Row[], search: string, textOf: (row: Row) => string): Row[] {
  const wanted = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return [...rows];
  return rows.filter((row) => {
    const text = textOf(row).toLocaleLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
