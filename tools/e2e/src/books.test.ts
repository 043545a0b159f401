/** A hundred thousand mixed lines, and the power switch thrown while they come in: the answers are those of the recount. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { expectEveryAnswer, settledBooks } from './expect-books.js';
import { importLines, type ImportSummary } from './import-lines.js';
import { makeMixedFile } from './make-mixed-file.js';
import { Product } from './product.js';
import { readLines } from './read-lines.js';

const endsAt = Date.now() - 2 * 60_000;
const lines = makeMixedFile({ endsAt });
const file = readLines(lines, endsAt);
const patience = 120_000;

let calm: Product;
let shaken: Product | undefined;
beforeAll(async () => {
  calm = await Product.start();
}, patience);
afterAll(async () => {
  await calm.dispose();
  await shaken?.dispose();
}, patience);

test(
  '100,000 mixed lines are each accepted, counted once, known as a copy, or refused with a reason',
  async () => {
    const summary = await importLines(calm.client, lines);
    expect(summary.accepted + summary.rejected).toBe(lines.length);
    expect(summary.resentLines).toBe(0);
    const books = await settledBooks(calm.client, lines.length);
    expect(books).toMatchObject({
      accepted: lines.length,
      applied: file.events.length,
      duplicates: file.duplicates,
      rejected: file.rejected.length,
      difference: 0,
    });
  },
  patience,
);

test(
  'every answer equals the recount, to the cent and to the unit',
  async () => {
    await expectEveryAnswer(calm.client, file, endsAt);
  },
  patience,
);

test(
  'everything refused can be read back with its reason and what it said',
  async () => {
    const { rows } = await calm.client.get<{ rows: { reason: string; message: string; payload: unknown }[] }>(
      '/v1/rejections',
      { limit: 1000 },
    );
    expect(rows).toHaveLength(file.rejected.length);
    for (const row of rows) {
      expect(row.reason).toMatch(/^[a-z][a-z0-9_.-]*$/i);
      expect(row.message.length).toBeGreaterThan(5);
      expect(row.payload ?? 'null').toBeTruthy();
    }
  },
  patience,
);

test(
  'the same file sent again changes no figure: all of it is known',
  async () => {
    await importLines(calm.client, lines.slice(0, 20_000), { batchLines: 2_000 });
    const again = readLines(lines.slice(0, 20_000), endsAt);
    const books = await settledBooks(calm.client, lines.length + 20_000);
    expect(books).toMatchObject({
      applied: file.events.length,
      duplicates: file.duplicates + again.events.length + again.duplicates,
      rejected: file.rejected.length + again.rejected.length,
    });
    await expectEveryAnswer(calm.client, file, endsAt);
    await calm.dispose();
  },
  patience,
);

test(
  'kill -9 twice in the middle of the import and once behind its last answer: nothing is lost, nothing counts twice',
  async () => {
    const product = await Product.start();
    shaken = product;
    const killAt = [lines.length * 0.3, lines.length * 0.65];
    let restarting = Promise.resolve();
    const onAcknowledged = (acknowledged: number): void => {
      if (killAt[0] === undefined || acknowledged < killAt[0]) return;
      killAt.shift();
      restarting = restarting.then(async () => {
        await product.killHard();
        await product.startAgain();
      });
    };
    const summary: ImportSummary = await importLines(product.client, lines, { onAcknowledged });
    await restarting;
    expect(killAt).toEqual([]);
    // The last answer has just come: what it promised must be on disk, whether or not it has been counted yet.
    await product.killHard();
    await product.startAgain();

    const books = await settledBooks(product.client, lines.length);
    expect(books.applied).toBe(file.events.length);
    // A batch whose answer was lost may have been taken: it comes a second time, and all of it is then a copy or refused again.
    const surplus = books.accepted - lines.length;
    expect(surplus).toBeLessThanOrEqual(summary.resentLines);
    expect(books.duplicates + books.rejected).toBe(file.duplicates + file.rejected.length + surplus);
    await expectEveryAnswer(product.client, file, endsAt);
  },
  patience,
);

test(
  'and the same once more after a clean restart',
  async () => {
    if (shaken === undefined) throw new Error('the product of the test before is needed');
    await shaken.interrupt();
    await shaken.startAgain();
    await expectEveryAnswer(shaken.client, file, endsAt);
  },
  patience,
);
