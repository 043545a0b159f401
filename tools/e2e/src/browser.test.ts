/** The page as a manager sees it, in a real browser: open it, pay somewhere, watch the figure change. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { newStory, payment } from './events.js';
import { Product } from './product.js';
import { eventually, quickestMs } from './wait-for.js';

let product: Product;
let profile: string;
let browser: BrowserContext;
let page: Page;
const problems: string[] = [];

/** A browser that is not there fails the test: a page nobody looked at is not proven. */
function findBrowser(): string {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8' }).trim();
    } catch {
      continue;
    }
  }
  throw new Error('no browser found: install chromium (Debian: apt install chromium)');
}

beforeAll(async () => {
  product = await Product.start();
  profile = await mkdtemp(join(tmpdir(), 'ticketrail-browser-'));
  browser = await chromium.launchPersistentContext(profile, {
    executablePath: findBrowser(),
    headless: true,
    args: '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split(
      ' ',
    ),
  });
  page = await browser.newPage();
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await rm(profile, { recursive: true, force: true });
  await product.dispose();
}, 30_000);

const revenueShown = (place: string): Promise<string> =>
  page
    .locator(`[data-testid="revenue-row"][data-location-id="${place}"] [data-testid="revenue-row-revenue"]`)
    .innerText({ timeout: 2_000 });

test('a payment shows on the page within two seconds, and so do the next', async () => {
  const story = newStory();
  expect((await product.client.postJson(payment(story, 0, 41.5))).status).toBe(202);
  await page.goto(`${product.client.url}/#key=${product.client.key}`);
  await eventually(async () => expect(await revenueShown(story.place)).toContain('41.50'));

  const shown = ['50.00', '58.50', '67.00'];
  const quickest = await quickestMs(shown.length, async (round) => {
    await product.client.postJson(payment({ ...story, order: `order-${round}` }, 1_000, 8.5));
    await eventually(async () => expect(await revenueShown(story.place)).toContain(shown[round]), { everyMs: 20 });
  });
  expect(quickest).toBeLessThan(2_000);
}, 60_000);

test('the page says as of when, that the books close, and keeps the key out of the address', async () => {
  await eventually(async () => expect(await page.getByTestId('as-of-page').innerText()).toMatch(/\d/));
  await eventually(async () => expect(await page.getByTestId('books').getAttribute('data-difference')).toBe('0'));
  expect(page.url()).not.toContain(product.client.key);
  expect(problems).toEqual([]);
}, 30_000);

test('when the product restarts, the page comes back by itself and shows what happens next', async () => {
  const story = newStory();
  await product.killHard();
  await product.startAgain();
  await product.client.postJson(payment(story, 0, 77.25));
  await eventually(async () => expect(await revenueShown(story.place)).toContain('77.25'), { withinMs: 20_000 });
}, 60_000);

test('without a key the page asks for one, and a wrong one is refused in words', async () => {
  const visitor = await browser.newPage();
  await visitor.goto(product.client.url);
  await visitor.getByTestId('key-input').fill('wrong');
  await visitor.getByTestId('key-submit').click();
  expect((await visitor.getByTestId('key-refused').innerText()).length).toBeGreaterThan(5);
  await visitor.close();
}, 30_000);
