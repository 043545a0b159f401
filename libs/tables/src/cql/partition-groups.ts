/** What one request can ask for: partitions that differ in one column of their keys, or sets of such partitions. */
import type { Key, SetRows } from '@ticketrail/core';

export interface PartitionGroups {
  /** The column in which the partitions of a group differ. */
  readonly among: string;
  readonly groups: readonly (readonly Key[])[];
}

/**
 * Few groups: they differ in the column that holds most values.
 *
 * @param columns of the partition key
 * @param sizeMax partitions in a group at most
 */
export function groupsOf(columns: readonly string[], partitions: readonly Key[], sizeMax: number): PartitionGroups {
  const among = widest(columns, partitions);
  return {
    among,
    groups: alike(columns, among, partitions, (key) => key).flatMap((group) => chunksOf(group, sizeMax)),
  };
}

/** Sets of one table that one request can ask for: their prefixes are of one length, and their partitions differ in one column. */
export interface SetGroup {
  readonly among: string;
  readonly sets: readonly SetRows[];
}

/** Those of one partition are beside each other. @param sizeMax sets in a group at most */
export function setGroupsOf(sets: readonly SetRows[], sizeMax: number): SetGroup[] {
  const kinds = gathered(sets, ({ table, prefix }) => `${table.name} ${prefix.length}`);
  return kinds.flatMap((kind) => {
    const { partition: columns } = kind[0]!.table;
    const partitions = kind.map(({ partition }) => partition);
    const among = widest(columns, partitions);
    return alike(columns, among, kind, ({ partition }) => partition).flatMap((group) => {
      const sorted = group.sort((a, b) => (a.partition[among]! < b.partition[among]! ? -1 : 1));
      return chunksOf(sorted, sizeMax).map((some) => ({ among, sets: some }));
    });
  });
}

/** The column that holds most values. */
function widest(columns: readonly string[], partitions: readonly Key[]): string {
  const counts = columns.map((column) => new Set(partitions.map((key) => key[column])).size);
  return columns[counts.indexOf(Math.max(...counts))]!;
}

/** Those together whose partitions differ in `among` only. */
function alike<Item>(
  columns: readonly string[],
  among: string,
  items: readonly Item[],
  partitionOf: (item: Item) => Key,
): Item[][] {
  const others = columns.filter((column) => column !== among);
  return gathered(items, (item) => JSON.stringify(others.map((column) => partitionOf(item)[column])));
}

function gathered<Item>(items: readonly Item[], nameOf: (item: Item) => string): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const name = nameOf(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

export function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  const chunks: Item[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}
