import { describe, expect, test } from '@jest/globals';
import { OnePartition, payment, START } from './one-partition.fixture.js';

const MESSAGES = 100;
/** Whose rows are somewhat more than may wait. */
const FEW_MESSAGES = 35;
const EVENTS = 40;
const WAITING_ROWS_MAX = 2_000;
/** What the tables take for one write, of up to 500 rows: a tenth of what comes in. */
const WRITE_MS = 1_000;

describe('tables that do not keep up', () => {
  test('slow folding down to their pace, and do not stop it until everything is written', async () => {
    const system = new OnePartition({ windowIdentitiesMax: 10_000, waitingRowsMax: WAITING_ROWS_MAX, publishMs: 20 });
    await system.start();
    const movedAt: number[] = [];
    system.disk.onWrite = ({ target }) => {
      if (target.startsWith('rows')) movedAt.push(system.clock.now());
      return /order_parts|visit_moments/.test(target) ? { delayMs: WRITE_MS } : undefined;
    };
    for (let message = 0; message < MESSAGES; message++) {
      const ids = Array.from({ length: EVENTS }, (_, i) => message * EVENTS + i);
      await system.take(ids.map((id) => payment(id, 100, START - id)));
      await system.clock.advance(10);
    }
    await system.untilCounted();
    await system.end();
    expect(system.ledger()['events_applied']).toBe(MESSAGES * EVENTS);
    const tookMs = movedAt.at(-1)! - movedAt[0]!;
    const stillMs = Math.max(...movedAt.slice(1).map((at, i) => at - movedAt[i]!));
    // Long enough that folding had to wait, and never for all that was waiting.
    expect(tookMs).toBeGreaterThan(4 * WRITE_MS);
    expect(stillMs).toBeLessThan(2.5 * WRITE_MS);
  });

  test('and then refuse for good end the loop, which begins again, and nothing is left to end the process', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): number => unhandled.push(error);
    process.on('unhandledRejection', note);
    const system = new OnePartition({
      windowIdentitiesMax: 10_000,
      waitingRowsMax: WAITING_ROWS_MAX,
      publishMs: 60_000,
    });
    await system.start();
    let writes = 0;
    system.disk.onWrite = ({ target }) => {
      if (!/order_parts|visit_moments/.test(target)) return undefined;
      // Enough are taken for the rest to be folded beside the flushes that then fail, again and again, until one is given up.
      return ++writes > 3 && writes <= 150 ? { error: new Error('refused') } : { delayMs: WRITE_MS };
    };
    for (let message = 0; message < FEW_MESSAGES; message++) {
      const ids = Array.from({ length: EVENTS }, (_, i) => message * EVENTS + i);
      await system.take(ids.map((id) => payment(id, 100, START - id)));
    }
    await system.clock.advance(600_000);
    await system.untilCounted();
    expect(system.life!.statuses.reduce((sum, { restarts }) => sum + restarts, 0)).toBe(1);
    await system.end();
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
    expect(system.ledger()['events_applied']).toBe(FEW_MESSAGES * EVENTS);
  });
});
