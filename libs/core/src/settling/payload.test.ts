import { expect, test } from '@jest/globals';
import { normaliseBatch } from './settle.js';

const BOUNDS = { horizonMs: 1e12, skewMs: 60_000 };

/** Made without recursion, as a parser would. */
function nested(levels: number): unknown {
  return JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);
}

test('a batch with an event nested to any depth can be written', () => {
  const events = [nested(100_000), nested(10), { event_id: 'x' }];
  const parts = normaliseBatch(
    { collector: 'c', boot: 'b', n: 1, parts: [{ tenant: 'demo', received_at: 0, events }] },
    1_000,
    BOUNDS,
  );
  const text = JSON.stringify(parts);
  expect(text).toContain('not kept');
  expect(JSON.parse(text)[0].outcomes[1].payload).toEqual(nested(10));
  expect(JSON.parse(text)[0].outcomes[2].payload).toEqual({ event_id: 'x' });
});
