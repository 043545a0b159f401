/** A file by the command a user would type, read to its end and told about in the end. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { expectEveryAnswer, settledBooks } from './expect-books.js';
import { makeMixedFile } from './make-mixed-file.js';
import { Product } from './product.js';
import { readLines } from './read-lines.js';
const tool = fileURLToPath(new URL('../../import/import.mjs', import.meta.url));
const endsAt = Date.now() - 60_000;
const lines = makeMixedFile({ endsAt, lines: 10_000, places: 40, seed: 11 });
let product;
let directory;
beforeAll(async () => {
    product = await Product.start();
    directory = await mkdtemp(join(tmpdir(), 'ticketrail-e2e-'));
}, 60_000);
afterAll(async () => {
    await product.dispose();
    await rm(directory, { recursive: true, force: true });
});
function importFile(...args) {
    return new Promise((resolve) => {
        const child = spawn(process.execPath, [tool, ...args], {
            env: { PATH: process.env['PATH'] ?? '', PORT: String(product.port), TICKETRAIL_API_KEY: product.client.key },
        });
        let output = '';
        child.stdout.on('data', (chunk) => (output += chunk.toString()));
        child.stderr.on('data', (chunk) => (output += chunk.toString()));
        child.once('close', (code) => resolve({ code, output }));
    });
}
test('an imported file is in every answer, and the summary gives its numbers', async () => {
    const file = join(directory, 'afternoon.jsonl');
    await writeFile(file, `${lines.join('\n')}\n`);
    const { output } = await importFile(file);
    const read = readLines(lines, endsAt);
    expect(output.replaceAll(/[,. _]/g, '')).toContain(String(read.rejected.length));
    const books = await settledBooks(product.client, lines.length);
    expect([books.accepted, books.applied, books.duplicates, books.rejected]).toEqual([
        lines.length,
        read.events.length,
        read.duplicates,
        read.rejected.length,
    ]);
    await expectEveryAnswer(product.client, read, endsAt);
}, 60_000);
test('a file that is not there and a wrong key are told in a sentence', async () => {
    const missing = await importFile(join(directory, 'nothing.jsonl'));
    expect([missing.code, missing.output.includes('nothing.jsonl'), /\n\s+at /.test(missing.output)]).toEqual([
        expect.any(Number),
        true,
        false,
    ]);
    expect(missing.code).not.toBe(0);
    const file = join(directory, 'one.jsonl');
    await writeFile(file, `${lines[0] ?? ''}\n`);
    const refused = await importFile(file, '--key', 'wrong-key-altogether');
    expect(refused.code).not.toBe(0);
    expect(refused.output).toMatch(/key/i);
}, 60_000);
//# sourceMappingURL=import-tool.test.js.map