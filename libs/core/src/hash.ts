/**
 * A 64-bit hash of text, as two unsigned 32-bit halves, since BigInt costs too much on the hot path.
 *
 * Two multiply-xor lanes over the UTF-16 code units, each ended with the finaliser of MurmurHash3 (Austin Appleby, public
 * domain), each finalised with the other's bits. Not cryptographic: it spreads ids, it does not defend against someone who
 * looks for collisions within their own ids (see docs/adr/0004).
 */
export interface Hash64 {
  hi: number;
  lo: number;
}

function finish(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Hashes three texts with their borders ("a","bc" differs from "ab","c"), into `out`. */
export function hash64(a: string, b: string, c: string, out: Hash64): void {
  let h1 = 0x9e3779b1;
  let h2 = 0x5bd1e995;
  for (let part = 0; part < 3; part++) {
    const text = part === 0 ? a : part === 1 ? b : c;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      h1 = Math.imul(h1 ^ unit, 0x01000193);
      h2 = Math.imul(h2 ^ unit, 0x5f356495) ^ (h1 >>> 15);
    }
    // A code unit never reaches 0x10000, so the border cannot be imitated by text.
    h1 = Math.imul(h1 ^ 0x10000, 0x01000193);
    h2 = Math.imul(h2 ^ 0x10000, 0x5f356495);
  }
  const first = finish(h1 ^ (h2 >>> 13));
  out.hi = first;
  out.lo = finish(h2 ^ Math.imul(first, 0x27d4eb2f));
}

/** The identity of an event is (tenant, location, event_id): the same id at two places is two events. */
export function identityOf(tenant: string, event: { location_id: string; event_id: string }, out: Hash64): void {
  hash64(tenant, event.location_id, event.event_id, out);
}

/** The partition that settles and counts everything with this routing key. Fixed for the life of an epoch. */
export function partitionOf(tenant: string, routingKey: string, partitions: number): number {
  hash64(tenant, routingKey, '', scratch);
  return scratch.hi % partitions;
}

const scratch: Hash64 = { hi: 0, lo: 0 };
