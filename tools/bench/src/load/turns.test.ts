import { expect, test } from '@jest/globals';
import { requestSizes } from './request-sizes.js';
import { Turns } from './turns.js';

test.each([
  [100, 1],
  [100, 3],
  ['mixed', 7],
] as const)(
  'with %s events a request and %d tenants each has requests of its own, numbered without a gap',
  (batch, n) => {
    const sizes = requestSizes(batch);
    const turns = new Turns(sizes, n);
    const seen = Array.from({ length: n }, () => 0);
    for (let request = 0; request < 1_000; request++) {
      const tenant = turns.tenantOf(request);
      expect(turns.ownOf(request)).toBe(seen[tenant]);
      seen[tenant] = (seen[tenant] as number) + 1;
      expect(turns.requestOf(tenant, turns.ownOf(request))).toBe(request);
      // An own request is as large as the request that carries it.
      expect(sizes.sizeOf(turns.ownOf(request))).toBe(sizes.sizeOf(request));
      expect(seen.map((_, one) => turns.ownBefore(one, request + 1))).toEqual(seen);
    }
    expect(turns.requestOf(0, -1)).toBeLessThan(0);
  },
);
