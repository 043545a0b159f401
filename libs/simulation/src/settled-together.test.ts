import { describe, expect, test } from '@jest/globals';
import { messagesSettledIn } from '@ticketrail/core';
import { decodeIngest, decodeSettled, type Entry, groupsOf } from '@ticketrail/pipeline';
import { OnePartition, payment, START } from './one-partition.fixture.js';

const MESSAGES = 40;
/** More than comes in meanwhile could be settled in, one by one. */
const APPEND_MS = 200;

function entry(seq: number, events: number, padding = ''): Entry {
  const parts = [{ tenant: 'demo', received_at: 0, events: Array.from({ length: events }, () => padding) }];
  return { seq, time: seq, id: `c.b.${seq}`, body: JSON.stringify({ collector: 'c', boot: 'b', n: seq, parts }) };
}

describe('ingest messages that wait', () => {
  test('are settled together, each once and in their order, and all of their events are counted', async () => {
    const system = new OnePartition();
    await system.start();
    system.disk.onWrite = ({ target }) => (target.startsWith('events') ? { delayMs: APPEND_MS } : undefined);
    for (let id = 0; id < MESSAGES; id++) {
      // Every fourth message repeats the event before: it may be settled in the same batch.
      await system.take([payment(id % 4 === 3 ? id - 1 : id, 100, START - 1_000)]);
      await system.clock.advance(20);
    }
    await system.untilCounted();
    await system.end();
    const taken = system.disk.partition('ingest', 0).entries.map((one) => decodeIngest(one));
    const batches = system.disk.partition('events', 0).entries.map((one) => decodeSettled(one));
    const settled = batches.flatMap((batch) => messagesSettledIn(batch));
    expect(settled.map(({ ingest_id }) => ingest_id)).toEqual(taken.map(({ n }) => `test.first.${n}`));
    const holding = batches.filter((batch) => batch.parts.length > 0);
    expect(holding.length).toBeLessThan(MESSAGES / 3);
    // A copy that is settled beside its original names this same batch.
    expect(
      holding.flatMap(({ parts }) => parts.flatMap(({ duplicates }) => duplicates)).map(({ first }) => first),
    ).toContain(0);
    expect(system.ledger()).toMatchObject({ events_accepted: 40, events_applied: 30, events_duplicate: 10 });
  });

  test('are settled in as many batches as keep within the limits, and one beyond them alone', () => {
    const entries = [entry(1, 2), entry(2, 2), entry(3, 1), entry(4, 9), entry(5, 1), entry(6, 1, 'x'.repeat(2_000))];
    const groups = [...groupsOf(entries, { togetherEventsMax: 5, togetherCharactersMax: 1_000 })];
    expect(groups.map((group) => group.map((one) => one.entry.seq))).toEqual([[1, 2, 3], [4], [5], [6]]);
  });

  test('are none where there are none', () => {
    expect([...groupsOf([], { togetherEventsMax: 5, togetherCharactersMax: 1_000 })]).toEqual([]);
  });
});
