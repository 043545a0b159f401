/** Partitions that one request can ask for: those that differ in one column of their keys. */
import type { Key } from '@ticketrail/core';

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
  const counts = columns.map((column) => new Set(partitions.map((key) => key[column])).size);
  const among = columns[counts.indexOf(Math.max(...counts))]!;
  const others = columns.filter((column) => column !== among);
  const groups = new Map<string, Key[]>();
  for (const partition of partitions) {
    const name = JSON.stringify(others.map((column) => partition[column]));
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [partition]);
    else group.push(partition);
  }
  return { among, groups: [...groups.values()].flatMap((group) => chunksOf(group, sizeMax)) };
}

export function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  const chunks: Item[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}
