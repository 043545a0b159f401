import { describe, expect, test } from '@jest/globals';
import { OnePartition, payment, START } from './one-partition.fixture.js';

const MESSAGES = 100;
const EVENTS = 40;
const WAITING_ROWS_MAX = 2_000;
/** What the tables take for one write, of up to 500 rows: a tenth of what comes in. */
const WRITE_MS = 1_000;

describe('tables that do not keep up', () => {
  test('slow folding down to their pace, and do not stop it until everything is written', async () => {
    const system = new OnePartition({ windowIdentitiesMax: 10_000, waitingRowsMax: WAITING_ROWS_MAX });
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
});
