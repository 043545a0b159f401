import { hash64, type Hash64 } from '@ticketrail/core';

/**
 * Which of the members runs a partition: the one whose name gives the highest hash together with it. Everybody who knows the
 * same members comes to the same answer, and one that joins or leaves moves only the partitions it gets or had.
 *
 * Undefined without members. The order of the members does not matter.
 */
export function rendezvous(members: Iterable<string>, partition: number): string | undefined {
  let owner: string | undefined;
  const highest: Hash64 = { hi: 0, lo: 0 };
  const hash: Hash64 = { hi: 0, lo: 0 };
  for (const member of members) {
    hash64(member, String(partition), '', hash);
    const order = hash.hi - highest.hi || hash.lo - highest.lo;
    if (owner !== undefined && (order < 0 || (order === 0 && member >= owner))) continue;
    owner = member;
    highest.hi = hash.hi;
    highest.lo = hash.lo;
  }
  return owner;
}
