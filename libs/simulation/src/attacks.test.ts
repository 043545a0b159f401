/** Failures that other products are known for, each tried on its own and more often than chance would. */
import { expect, jest, test } from '@jest/globals';
import { mixNamed, type Mix } from './faults.js';
import { simulate } from './simulation.js';
import { Sometimes } from './sometimes.js';

const SEEDS = 20;
const TIMEOUT_MS = 120_000;
const CALM = mixNamed('calm');

jest.setTimeout(TIMEOUT_MS);

/** Runs some seeds of the mix; answers what was wrong, and what was met. */
async function attack(mix: Mix): Promise<{ problems: string[]; sometimes: Sometimes; events: number }> {
  const problems: string[] = [];
  const sometimes = new Sometimes();
  let events = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const outcome = await simulate(seed, mix);
    problems.push(...outcome.problems.map((problem) => `seed ${seed}: ${problem}`));
    sometimes.add(outcome.sometimes);
    events += outcome.events;
  }
  return { problems, sometimes, events };
}

test('marker-before-data: a first-seen mark that is durable before its row costs no event', async () => {
  const { problems, sometimes } = await attack({
    ...CALM,
    name: 'marker-before-data',
    tables: { ...CALM.tables, partial: 0.4 },
    moments: ['crash', 'crash', 'pause'],
  });
  expect(problems).toEqual([]);
  expect(sometimes.missing(['a write was partial', 'crash', 'a row was written again'])).toEqual([]);
});

test('idle-stream: log time moves on while nothing happens, whoever has died or stood still', async () => {
  const { problems, sometimes } = await attack({ ...CALM, name: 'idle-stream', moments: ['pause', 'crash', 'trim'] });
  // Each run ends with seconds in which nothing is sent, and log time has to be that of a moment ago.
  expect(problems).toEqual([]);
  expect(sometimes.missing(['pause', 'crash'])).toEqual([]);
});

test('msgid-expiry: a log that forgets message ids, or never knew any, stores twice what is counted once', async () => {
  for (const dedupeMs of [0, 60]) {
    const { problems, sometimes } = await attack({
      ...CALM,
      name: 'msgid-expiry',
      log: { ...CALM.log, unanswered: 0.25, late: 0.1 },
      moments: ['collector crash', 'crash'],
      dedupeMs,
    });
    expect(problems).toEqual([]);
    expect(sometimes.missing(['an append was unanswered', 'an append was late'])).toEqual([]);
  }
});

test('order-free: voids before payments and refunds before both give the figures of any other order', async () => {
  // Late appends overtake each other, and the model knows nothing of the order in which events came.
  const { problems, sometimes, events } = await attack({
    ...CALM,
    name: 'order-free',
    log: { ...CALM.log, late: 0.3 },
    moments: ['collector crash', 'clock back'],
  });
  expect(problems).toEqual([]);
  expect(sometimes.missing(['an append was late', 'clock back'])).toEqual([]);
  expect(events).toBeGreaterThan(SEEDS * 10);
});
