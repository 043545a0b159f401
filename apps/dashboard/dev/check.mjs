/**
 * Opens the built page in a real browser against the mock server: takes screenshots, runs axe, and checks what only a browser can tell
 * (the key leaves the address bar, a silent stream is called silent, nothing breaks the content security policy).
 *
 *     CHROMIUM=/usr/bin/chromium node dev/check.mjs [folder for screenshots]
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { startMock } from './mock-server.mjs';

const { source: axe } = createRequire(import.meta.url)('axe-core');
const shots = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'dashboard-'));
mkdirSync(shots, { recursive: true });
const executablePath = process.env.CHROMIUM ?? execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const browser = await chromium.launch({ executablePath, args });
const id = (name) => `[data-testid="${name}"]`;

async function visit(mock, { fragment = '#key=demo', ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on(
    'request',
    (request) => request.url().startsWith(mock.address) || complaints.push(`asked for ${request.url()}`),
  );
  await page.goto(mock.address + fragment);
  return {
    page,
    complaints,
    shot: (name, fullPage = true) => page.screenshot({ path: join(shots, `${name}.png`), fullPage }),
  };
}

async function accessible(page, where) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  const found = violations.map(
    (v) =>
      `${v.id}: ${v.help}\n    ${v.nodes
        .map((n) => n.html.slice(0, 160))
        .slice(0, 3)
        .join('\n    ')}`,
  );
  assert.equal(found.length, 0, `axe on ${where}:\n  ${found.join('\n  ')}`);
}

const checks = {
  async 'an evening, in light'() {
    const mock = await startMock();
    const { page, complaints, shot } = await visit(mock, { colorScheme: 'light' });
    await page.waitForSelector(id('revenue-row'));
    await page.waitForTimeout(2600);
    assert.equal(new URL(page.url()).hash, '', 'the key is still in the address bar');
    assert.equal(await page.getAttribute(id('connection-state'), 'data-state'), 'live');
    const first = await page.getAttribute(id('revenue-now'), 'data-value');
    await shot('light');
    await accessible(page, 'the page in light');
    await page.waitForFunction(
      (was) => document.querySelector('[data-testid="revenue-now"]').dataset.value !== was,
      first,
    );
    const shift = await page.evaluate(
      () =>
        new Promise((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) =>
            list
              .getEntries()
              .forEach(
                (entry) =>
                  (sum += entry.sources.some((s) => !s.node?.parentElement?.closest('tbody, .ranked'))
                    ? entry.value
                    : 0),
              ),
          ).observe({ type: 'layout-shift' });
          setTimeout(() => resolve(sum), 4000);
        }),
    );
    assert.ok(shift < 0.02, `the layout shifts while figures change: ${shift}`);
    await page.click(`${id('revenue-row')}:nth-child(3)`);
    await page.waitForSelector(`${id('location-detail')} canvas`);
    await page.waitForTimeout(400);
    await shot('detail', false);
    await page.click(`${id('detail-window')} [data-value="24h"]`);
    await page.waitForTimeout(500);
    await accessible(page, 'the page with a location open');
    await shot('detail-24h', false);
    await page.hover(id('completeness-revenue'));
    await shot('tooltip', false);
    await page.click(id('rejections-open'));
    await page.waitForSelector(id('rejection-row'));
    await page.click(`${id('rejection-row')} summary`);
    await accessible(page, 'the drawer');
    await shot('drawer', false);
    await page.keyboard.press('Escape');
    await page.waitForSelector(id('rejections-drawer'), { state: 'detached' });
    await page.click(id('why-revenue'));
    await page.waitForSelector(`${id('receipt-sum')}[data-verdict="equal"]`);
    assert.equal(await page.locator(id('receipt-event')).count(), 100);
    await accessible(page, 'the receipt');
    await shot('receipt', false);
    await page.click(id('receipt-more'));
    await page.waitForFunction(() => document.querySelectorAll('[data-testid="receipt-event"]').length === 137);
    const [file] = await Promise.all([page.waitForEvent('download'), page.click(id('receipt-csv'))]);
    assert.match(file.suggestedFilename(), /^receipt-revenue-.*\.csv$/);
    await page.fill(id('receipt-as-of'), '2026-11-20T19:30:00');
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${id('receipt-sum')}[data-verdict="gone-on"]`);
    await page.keyboard.press('Escape');
    await page.waitForSelector(id('receipt-drawer'), { state: 'detached' });
    await page.focus(`${id('trending-row')} ${id('why-items')}`);
    await page.keyboard.press('Enter');
    await page.waitForSelector(id('receipt-sum'));
    await page.keyboard.press('Escape');
    await page.waitForSelector(id('receipt-drawer'), { state: 'detached' });
    assert.equal(await page.locator(id('restatement-row')).count(), 4);
    assert.match(await page.textContent(id('terminal-missing')), /terminal_7.*881–884/);
    await page.locator(id('card-restatements')).scrollIntoViewIfNeeded();
    await shot('restatements', false);
    await page.fill(id('revenue-filter'), 'chicago');
    await page.waitForTimeout(200);
    assert.ok((await page.locator(id('revenue-row')).count()) <= 4);
    await page.click(`${id('wait-kind')} [data-value="kitchen"]`);
    await page.waitForSelector(id('wait-row'));
    assert.deepEqual(complaints, []);
    mock.close();
  },
  async 'an evening, in dark and on a phone'() {
    const mock = await startMock();
    const dark = await visit(mock, { colorScheme: 'dark' });
    await dark.page.waitForSelector(id('revenue-row'));
    await dark.page.waitForTimeout(2600);
    await dark.shot('dark');
    await accessible(dark.page, 'the page in dark');
    const phone = await visit(mock, { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true });
    await phone.page.waitForSelector(id('revenue-row'));
    await phone.page.waitForTimeout(2600);
    const wider = await phone.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wider <= 0, `the phone page scrolls sideways by ${wider} px`);
    await phone.shot('phone');
    await accessible(phone.page, 'the page on a phone');
    await phone.page.click(id('why-revenue'));
    await phone.page.waitForSelector(id('receipt-event'));
    const wide = await phone.page.evaluate(() => {
      const drawer = document.querySelector('[data-testid="receipt-drawer"]');
      return drawer.scrollWidth - drawer.clientWidth;
    });
    assert.ok(wide <= 0, `the receipt scrolls sideways on a phone by ${wide} px`);
    await accessible(phone.page, 'the receipt on a phone');
    await phone.shot('phone-receipt', false);
    const tablet = await visit(mock, { viewport: { width: 900, height: 1100 } });
    await tablet.page.waitForSelector(id('revenue-row'));
    await tablet.page.waitForTimeout(2600);
    await tablet.shot('tablet');
    mock.close();
  },
  async 'no events yet, and books that do not close'() {
    const empty = await startMock({ scenario: 'empty' });
    const first = await visit(empty);
    await first.page.waitForSelector(id('no-events'));
    await first.page.waitForTimeout(500);
    await first.shot('empty');
    await accessible(first.page, 'the empty page');
    empty.close();
    const alarm = await startMock({ scenario: 'alarm' });
    const { page, shot } = await visit(alarm);
    await page.waitForSelector(id('books-alarm'));
    await page.waitForTimeout(500);
    await shot('alarm', false);
    await accessible(page, 'the alarm');
    await page.click(id('why-revenue'));
    await page.waitForSelector(`${id('receipt-sum')}[data-verdict="different"]`);
    await shot('receipt-different', false);
    await accessible(page, 'a receipt that does not agree');
    await page.keyboard.press('Escape');
    await page.waitForSelector(id('receipt-drawer'), { state: 'detached' });
    await page.click(id('why-items'));
    await page.waitForSelector(id('receipt-error'));
    await accessible(page, 'a receipt that failed');
    alarm.close();
  },
  async 'a key that is missing, wrong, and right'() {
    const mock = await startMock();
    const { page, shot } = await visit(mock, { fragment: '' });
    await page.fill(id('key-input'), 'wrong');
    await page.click(id('key-submit'));
    await page.waitForSelector(id('key-refused'));
    await shot('key');
    await accessible(page, 'the key form');
    await page.fill(id('key-input'), 'demo');
    await page.click(id('key-submit'));
    await page.waitForSelector(id('revenue-row'));
    await page.reload();
    await page.waitForSelector(id('revenue-row'));
    mock.close();
  },
  async 'a stream that breaks, and one that falls silent'() {
    const mock = await startMock();
    const { page, shot } = await visit(mock);
    const state = (wanted, ms = 30_000) =>
      page.waitForSelector(`${id('connection-state')}[data-state="${wanted}"]`, { timeout: ms });
    await page.waitForSelector(id('revenue-row'));
    mock.setMode('broken');
    await state('reconnecting', 3000);
    mock.setMode('live');
    await state('live', 10_000);
    mock.setMode('silent');
    await state('stale', 17_000);
    assert.match(await page.textContent(id('connection-state')), /^No news since \d\d:\d\d:\d\d$/);
    await shot('silent', false);
    await accessible(page, 'the silent page');
    mock.setMode('live');
    await state('live', 20_000);
    mock.close();
  },
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`ok    ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAIL  ${name}\n${error.message}`);
  }
}
await browser.close();
console.log(`Screenshots: ${shots}`);
process.exit(failed ? 1 : 0);
