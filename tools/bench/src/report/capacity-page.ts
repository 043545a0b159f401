/** Prints the page of what a load needs: capacity-page.js FILE.json [options], as its usage says. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { costsOf, defaultAssumptions, needOf, type Assumptions, type Costs } from './capacity.js';
import { capacityText } from './capacity-text.js';
import type { Kept } from './kept-results.js';

const usage = `node tools/bench/dist/report/capacity-page.js FILE [options] > docs/capacity.md
  FILE                  what npm run bench -- --cluster --json FILE has written, best of a soak
  --events-per-day N[,N…] (100000000,1000000000)
  --peak N  --cores-per-node N  --retention-days N  --log-hours N  --currency TEXT
  --price-core-hour X  --price-gigabyte-month X  --prices-of TEXT`;

const options = {
  'events-per-day': { type: 'string', default: '100000000,1000000000' },
  peak: { type: 'string' },
  'cores-per-node': { type: 'string' },
  'retention-days': { type: 'string' },
  'log-hours': { type: 'string' },
  currency: { type: 'string' },
  'price-core-hour': { type: 'string' },
  'price-gigabyte-month': { type: 'string' },
  'prices-of': { type: 'string' },
} as const;

function fail(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(64);
}

function parse(): ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>> {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    fail(`${(error as Error).message}\n${usage}`);
  }
}

function costsOrFail(measured: Kept): Costs {
  try {
    return costsOf(measured);
  } catch (error) {
    if (error instanceof RangeError) fail(error.message);
    throw error;
  }
}

const { values, positionals } = parse();
const [file] = positionals;
if (file === undefined || positionals.length !== 1) fail(usage);
const positive = (name: keyof typeof options, text = values[name]): number | undefined => {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) fail(`--${name} has to be a number above 0, not '${text}'`);
  return value;
};
const given: Partial<Assumptions> = Object.fromEntries(
  Object.entries({
    peakFactor: positive('peak'),
    coresPerNode: positive('cores-per-node'),
    retentionDays: positive('retention-days'),
    logHours: positive('log-hours'),
    currency: values.currency,
    pricePerCoreHour: positive('price-core-hour'),
    pricePerGigabyteMonth: positive('price-gigabyte-month'),
    pricesOf: values['prices-of'],
  }).filter(([, value]) => value !== undefined),
);
const assumptions = { ...defaultAssumptions, ...given };
const kept = JSON.parse(readFileSync(file, 'utf8')) as Kept;
const costs = costsOrFail(kept);
const needs = (values['events-per-day'] as string)
  .split(',')
  .map((text) => needOf(positive('events-per-day', text) as number, costs, assumptions));
process.stdout.write(capacityText(kept, costs, needs, assumptions));
