import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rendezvous } from './rendezvous.js';

const names = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 12 });
const partitions = Array.from({ length: 64 }, (_, partition) => partition);

describe('rendezvous', () => {
  test('without members nobody runs a partition', () => {
    expect(rendezvous([], 3)).toBeUndefined();
  });

  test('the owner is a member, and the same whatever order the members are named in', () => {
    fc.assert(
      fc.property(names, fc.nat(), (members, partition) => {
        const owner = rendezvous(members, partition);
        expect(members).toContain(owner);
        expect(rendezvous(members.toReversed(), partition)).toBe(owner);
      }),
    );
  });

  test('a member that joins moves only what it gets, and one that leaves only what it had', () => {
    fc.assert(
      fc.property(names, fc.string({ minLength: 1 }), (members, other) => {
        fc.pre(!members.includes(other));
        for (const partition of partitions) {
          const without = rendezvous(members, partition);
          const withOther = rendezvous([...members, other], partition);
          if (withOther !== other) expect(withOther).toBe(without);
        }
      }),
    );
  });

  test('members with names as orchestrators give them share the partitions fairly', () => {
    for (const count of [2, 3, 5]) {
      const members = Array.from({ length: count }, (_, index) => `aggregator-${index}`);
      const owned = new Map(members.map((member) => [member, 0]));
      for (let partition = 0; partition < 3000; partition++) {
        const owner = rendezvous(members, partition)!;
        owned.set(owner, owned.get(owner)! + 1);
      }
      for (const share of owned.values()) {
        expect(share).toBeGreaterThan((0.85 * 3000) / count);
        expect(share).toBeLessThan((1.15 * 3000) / count);
      }
    }
  });
});
