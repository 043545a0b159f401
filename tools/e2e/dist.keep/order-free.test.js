/** What is true does not depend on when it is told: other orders and other batches, the same answers. */
import { afterAll, expect, test } from '@jest/globals';
import { expectEveryAnswer, settledBooks } from './expect-books.js';
import { importLines } from './import-lines.js';
import { makeMixedFile } from './make-mixed-file.js';
import { Product } from './product.js';
import { Random } from './random.js';
import { readLines } from './read-lines.js';
const endsAt = Date.now() - 60_000;
const lines = makeMixedFile({ endsAt, lines: 15_000, places: 60, seed: 5 });
const file = readLines(lines, endsAt);
const patience = 120_000;
const products = [];
afterAll(async () => {
    await Promise.all(products.map((product) => product.dispose()));
}, patience);
async function answersAfter(order, batchLines, concurrency) {
    const product = await Product.start();
    products.push(product);
    await importLines(product.client, order, { batchLines, concurrency });
    const books = await settledBooks(product.client, lines.length);
    expect([books.applied, books.duplicates, books.rejected]).toEqual([
        file.events.length,
        file.duplicates,
        file.rejected.length,
    ]);
    await expectEveryAnswer(product.client, file, endsAt);
    const questions = [
        'revenue/live',
        'revenue/series',
        'funnel',
        'items/trending',
        'wait-times',
        'kitchen',
        'turnover',
        'payments/mix',
    ];
    const answers = [];
    for (const question of questions) {
        const { rows } = await product.client.get(`/v1/${question}`, {
            window: '24h',
            at: endsAt,
            limit: 1000,
        });
        // Rows of equal figures may stand in either order.
        answers.push({ question, rows: rows.map((row) => JSON.stringify(row)).sort() });
    }
    await product.dispose();
    return answers;
}
test('three orders of one file, in batches of 7, 400 and 5,000, give the same answers', async () => {
    const asItCame = await answersAfter(lines, 400, 4);
    const backwards = await answersAfter(lines.toReversed(), 5_000, 1);
    const shuffled = await answersAfter(new Random(9).shuffled(lines), 7, 8);
    expect(backwards).toEqual(asItCame);
    expect(shuffled).toEqual(asItCame);
}, patience);
//# sourceMappingURL=order-free.test.js.map