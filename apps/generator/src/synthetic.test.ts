import { afterEach, describe, expect, test } from '@jest/globals';
import { countBy } from './distribution-check.js';
import { NO_FAULTS } from './faults.js';
import { problem, startFakeCollector, type Answer, type FakeCollector } from './fake-collector.js';
import { startSynthetic, type Synthetic, type SyntheticOptions } from './synthetic.js';

const START_MS = Date.parse('2025-10-29T18:00:00.000Z');
let collector: FakeCollector | undefined;
let synthetic: Synthetic | undefined;

/** Synthetic restaurants whose clock the test moves. */
async function start(options: Partial<SyntheticOptions>, answer?: Answer) {
  collector = await startFakeCollector(answer);
  const clock = { nowMs: START_MS };
  synthetic = startSynthetic({ url: collector.url, key: 'secret', now: () => clock.nowMs, ...options });
  return { clock, to: collector, from: synthetic };
}

const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
};
const eventTypes = (lines: readonly string[]) =>
  // prettier-ignore
  countBy(lines.filter((line) => line.endsWith('}') && line.startsWith('{"event_id"')), (line) => String(/"event_type":"(\w+)"/.exec(line)?.[1]));
const sequence = (lines: readonly string[]) =>
  lines.map((line) => (JSON.parse(line) as { timestamp: string }).timestamp);

afterEach(async () => {
  await synthetic?.stop();
  await collector?.close();
});

describe('synthetic restaurants', () => {
  test('post a history of both profiles that ends now and keeps to its limit, then go live', async () => {
    const { clock, to, from } = await start({});
    expect(from.stats().phase).toBe('backfilling');
    await from.backfilled;
    const { backfilled, accepted, rejected, faults } = from.stats();
    expect(backfilled).toBeGreaterThan(8_000);
    expect(backfilled).toBeLessThan(21_000);
    expect(accepted + rejected).toBe(backfilled);
    expect(faults.duplicate).toBeGreaterThan(backfilled * 0.01);
    expect(eventTypes(to.taken()).size).toBeGreaterThanOrEqual(8);

    await until(() => from.stats().phase === 'live');
    clock.nowMs += 60_000;
    await until(() => from.stats().accepted > accepted + 100);
    await from.stop();
    expect(from.stats().phase).toBe('stopped');
    expect(from.stats().offered).toBe(to.taken().length);
  });

  test('have a coherent history: it opens with empty rooms, and nothing is from the future', async () => {
    const { to, from } = await start({ profile: 'chain', faults: NO_FAULTS, backfillMinutes: 60, eventsPerSecond: 3 });
    await from.backfilled;
    const times = sequence(to.taken()).toSorted();
    expect(times.at(0)?.slice(0, 15)).toBe('2025-10-29T17:0');
    expect(times.at(-1)?.slice(0, 16)).toBe('2025-10-29T17:59');
    const types = eventTypes(to.taken());
    expect(types.get('table_seated')).toBeGreaterThan(types.get('order_placed') ?? Infinity);
    expect(types.get('order_placed')).toBeGreaterThan(types.get('order_completed') ?? Infinity);
    expect(types.get('order_completed')).toBeGreaterThan(types.get('payment') ?? Infinity);
  });

  test('flow with every type from the first second when there is no history', async () => {
    const { clock, to, from } = await start({ backfillMinutes: 0, eventsPerSecond: 40, faults: NO_FAULTS });
    clock.nowMs += 10_000;
    await until(() => to.taken().length > 200);
    expect(eventTypes(to.taken()).size).toBeGreaterThanOrEqual(7);
    expect(from.stats().backfilled).toBe(0);
    expect(sequence(to.taken()).toSorted().at(0)?.slice(0, 18)).toBe('2025-10-29T17:59:5');
  });

  test('send the same bytes from the same seed, clock and options', async () => {
    const bytes = async () => {
      const { to, from } = await start({ backfillMinutes: 5, sender: { requestsInFlightMax: 1 } });
      await from.backfilled;
      const lines = to.taken().join('\n');
      await from.stop();
      await to.close();
      collector = undefined;
      return lines;
    };
    expect(await bytes()).toBe(await bytes());
  });

  test('stop cleanly in the middle of a history that nobody takes', async () => {
    const { from } = await start({}, (_, response) => problem(response, 503, { 'retry-after': '30' }));
    await until(() => from.stats().lastProblem !== null);
    await from.stop();
    await from.backfilled;
    const { phase, offered, abandoned, dropped } = from.stats();
    expect(phase).toBe('stopped');
    expect(abandoned + dropped).toBe(offered);
  });
});
