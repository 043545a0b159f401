import { expect, test } from '@jest/globals';
import { OnePartition, LIMITS, payment, START } from './one-partition.fixture.js';

const MESSAGES = 100;
const EVENTS = 40;
/** Events folded in a turn: see OnePartition. */
const EVENTS_PER_TURN = 500;
/** What they take. */
const WORK_MS = 25;

test('a backlog is folded a few hundred events at a turn, and what was folded is published meanwhile', async () => {
  let turns = 0;
  const system = new OnePartition({ ...LIMITS, windowIdentitiesMax: 10_000 });
  system.clock.turn = () => {
    turns++;
    return system.clock.sleep(WORK_MS);
  };
  for (let message = 0; message < MESSAGES; message++) {
    const ids = Array.from({ length: EVENTS }, (_, i) => message * EVENTS + i);
    await system.take(ids.map((id) => payment(id, 100, START - id)));
  }
  let published = 0;
  system.disk.onWrite = ({ target }) => {
    if (target.startsWith('rows')) published++;
    return undefined;
  };
  await system.untilCounted();
  await system.end();
  expect(system.ledger()['events_applied']).toBe(MESSAGES * EVENTS);
  const foldTurns = (MESSAGES * EVENTS) / EVENTS_PER_TURN;
  expect(turns).toBeGreaterThanOrEqual(foldTurns);
  expect(published).toBeGreaterThan(foldTurns);
});
