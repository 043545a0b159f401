import { hash64, type Hash64 } from '@ticketrail/core';

/**
 * Which of the members runs each partition, by its number; undefined where there are no members. Everybody who knows the same
 * members comes to the same answer, in whatever order they know them.
 *
 * Rendezvous hashing (Thaler and Ravishankar, 1996) with bounded loads (Mirrokni, Thorup and Zadimoghaddam, 2018): every
 * member has a score for every partition, the highest scores are served first, and a member that has its share gets no more.
 * A share is the number of partitions by the number of members, rounded down, and one more for as many members as it takes: two
 * members never differ by more than one partition. Without the bound a partition would never move between members that stay,
 * but of eight partitions one member may get seven. With it some do: see `rendezvous.test.ts`.
 */
export function rendezvous(members: Iterable<string>, partitions: number): (string | undefined)[] {
  const owners = Array.from({ length: partitions }, (): string | undefined => undefined);
  const names = [...new Set(members)];
  if (names.length === 0) return owners;
  const share = Math.floor(partitions / names.length);
  let larger = partitions % names.length;
  const owned = new Map<string, number>();
  for (const { member, partition } of bestFirst(names, partitions)) {
    const has = owned.get(member) ?? 0;
    if (owners[partition] !== undefined || has > share || (has === share && larger === 0)) continue;
    if (has === share) larger--;
    owners[partition] = member;
    owned.set(member, has + 1);
  }
  return owners;
}

interface Pair extends Hash64 {
  readonly member: string;
  readonly partition: number;
}

/** Every member with every partition, the highest score first; equal ones by name and number, so that there is one order. */
function bestFirst(members: readonly string[], partitions: number): Pair[] {
  const pairs = members.flatMap((member) =>
    Array.from({ length: partitions }, (_, partition): Pair => {
      const pair = { member, partition, hi: 0, lo: 0 };
      hash64(member, String(partition), '', pair);
      return pair;
    }),
  );
  const byName = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
  return pairs.sort((a, b) => b.hi - a.hi || b.lo - a.lo || byName(a.member, b.member) || a.partition - b.partition);
}
