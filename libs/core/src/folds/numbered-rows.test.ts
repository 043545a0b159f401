import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CanonicalEvent } from '../events/canonical.js';
import { COLLECTOR_NUMBERS, DEVICES } from '../tables/catalogue.js';
import type { Row } from '../tables/spec.js';
import { parseMessageId } from './collector-numbers.js';
import type { DeviceRun } from './device-numbers.js';
import { eventSet } from './event-sets.fixture.js';
import { foldEntry, logOf, ROOMY, runDisturbed, runUndisturbed } from './fold-run.fixture.js';
import { NaiveTables } from './naive-tables.fixture.js';
import { NUMBER_RANGES_MAX } from './number-ranges.js';
import { PartitionFold } from './partition-fold.js';
import type { SettledEntry } from './settled-entry.js';
import { Choices } from './random.fixture.js';

const NOON = Date.UTC(2025, 0, 15, 12);

function message(seq: number, n: number, givenUp?: [number, number], boot = 'b1'): SettledEntry {
  const said = givenUp === undefined ? {} : { given_up: givenUp };
  const batch = {
    previous: '',
    ingest: seq,
    ingest_id: `till.shop.${boot}.${n}`,
    log_time: NOON + seq,
    ...said,
    parts: [],
  };
  return { seq, id: `entry-${seq}`, batch };
}

/** An event of device d1, numbered, so many seconds after noon. */
function sent(number: number, second: number, location_id = 'north'): CanonicalEvent {
  const fields = { event_id: `e${number}-${second}`, time: NOON + second * 1_000, location_id };
  return { event_type: 'table_seated', table_id: 't1', device_id: 'd1', device_seq: number, ...fields };
}

function arrival(seq: number, events: CanonicalEvent[]): SettledEntry {
  const part = { tenant: 'acme', accepted: events.length, events, duplicates: [], rejections: [] };
  const batch = { previous: '', ingest: seq, ingest_id: '', log_time: NOON + seq * 1_000, parts: [part] };
  return { seq, id: `entry-${seq}`, batch };
}

function rowsOf(log: readonly SettledEntry[], table: typeof DEVICES): Row[] {
  const tables = new NaiveTables();
  const fold = new PartitionFold(ROOMY);
  for (const entry of log) foldEntry(fold, entry, tables);
  tables.write(fold.takeChanged('all'));
  return tables.rowsOf(table);
}

const collectorsOf = (...log: SettledEntry[]): Row[] => rowsOf(log, COLLECTOR_NUMBERS);
const deviceOf = (...arrivals: CanonicalEvent[][]): Row =>
  rowsOf(
    arrivals.map((events, i) => arrival(i + 1, events)),
    DEVICES,
  )[0]!;
const runsOf = (row: Row): DeviceRun[] => row['runs'] as unknown as DeviceRun[];

/** What a naive reader says is missing: every number up to the highest that is not there. */
function missingOf(numbers: readonly number[], first: number): number[] {
  const missing: number[] = [];
  for (let n = first; n < Math.max(...numbers); n++) if (!numbers.includes(n)) missing.push(n);
  return missing;
}

const spread = (ranges: unknown): number[] =>
  (ranges as [number, number][]).flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));

const someNumbers = fc
  .uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 50 })
  .chain((numbers) => fc.tuple(fc.constant(numbers), fc.shuffledSubarray(numbers, { minLength: numbers.length })));

describe('the rows of numbered senders', () => {
  test('are the same bytes whatever was taken, let go, lost in a crash and gone over again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const choices = new Choices(seed);
        const log = logOf(choices.shuffled(eventSet(choices, 40)), choices);
        const bytes = new Map<string, string>();
        const calm = new NaiveTables(bytes);
        runUndisturbed(log, calm);
        const disturbed = new NaiveTables(bytes);
        runDisturbed(log, disturbed, choices);
        expect(calm.rowsOf(DEVICES).length).toBeGreaterThan(0);
        expect(disturbed.all([DEVICES, COLLECTOR_NUMBERS])).toEqual(calm.all([DEVICES, COLLECTOR_NUMBERS]));
      }),
      { numRuns: 40 },
    );
  });
});

describe("collectors' message numbers", () => {
  test('the numbers that never came are missing, whatever order and how often the others came in', () => {
    fc.assert(
      fc.property(someNumbers, fc.array(fc.nat(100)), ([, numbers], again) => {
        const repeated = [...numbers, ...again.map((i) => numbers[i % numbers.length]!)];
        const [row] = collectorsOf(...repeated.map((n, i) => message(i + 1, n)));
        expect(spread(row!['missing'])).toEqual(missingOf(numbers, 1));
        expect(row!['last_n']).toBe(Math.max(...numbers));
        expect(row!['messages']).toBe(repeated.length);
      }),
    );
  });

  test('a number that was given up is no loss, and stops being open when its message comes after all', () => {
    const [open] = collectorsOf(message(1, 1), message(2, 5, [3, 4]));
    expect([open!['missing'], open!['given_up']]).toEqual([[[2, 2]], [[3, 4]]]);
    const [closed] = collectorsOf(message(1, 1), message(2, 5, [3, 4]), message(3, 4), message(4, 2), message(5, 3));
    expect([closed!['missing'], closed!['given_up']]).toEqual([[], []]);
  });

  test('each start of a collector numbers from one', () => {
    const rows = collectorsOf(
      message(1, 1),
      message(2, 2),
      message(3, 1, undefined, 'b2'),
      message(4, 3, undefined, 'b2'),
    );
    expect(rows.map(({ collector, boot, missing }) => [collector, boot, missing])).toEqual([
      ['till.shop', 'b1', []],
      ['till.shop', 'b2', [[2, 2]]],
    ]);
  });

  test('beyond the ranges that are kept, missing numbers are still counted', () => {
    const log = Array.from({ length: NUMBER_RANGES_MAX + 10 }, (_, i) => message(i + 1, 2 * i + 2));
    const [row] = collectorsOf(...log);
    expect((row!['missing'] as unknown[]).length).toBe(NUMBER_RANGES_MAX);
    expect(row!['missing_beyond']).toBe(10);
  });

  test('an id is read from its end, and other ids are none', () => {
    expect(parseMessageId('a.b.c.3f-1.12')).toEqual({ collector: 'a.b.c', boot: '3f-1', n: 12 });
    for (const id of ['', 'x', 'a.1', 'a.b.0', 'a.b.-1', 'a.b.1.5x', '.b.1'])
      expect(parseMessageId(id)).toBeUndefined();
  });
});

describe("devices' event numbers", () => {
  test('the numbers that never came are missing, whatever order the others came in', () => {
    fc.assert(
      fc.property(someNumbers, ([, numbers]) => {
        const row = deviceOf(...numbers.map((number) => [sent(number, number)]));
        expect(runsOf(row)).toHaveLength(1);
        expect(spread(runsOf(row)[0]!.missing)).toEqual(missingOf(numbers, Math.min(...numbers)));
        expect(row['events']).toBe(numbers.length);
      }),
    );
  });

  test('a device that begins again at one starts a new run, and holes of the run before can still close', () => {
    const before = [[sent(880, 1)], [sent(885, 2)], [sent(1, 60), sent(2, 61), sent(4, 63)]];
    expect(runsOf(deviceOf(...before)).map(({ first, last, missing }) => [first, last, missing])).toEqual([
      [880, 885, [[881, 884]]],
      [1, 4, [[3, 3]]],
    ]);
    const row = deviceOf(...before, [sent(882, 1.5)], [sent(886, 3)]);
    expect(runsOf(row).map(({ first, last, missing }) => [first, last, missing])).toEqual([
      [
        880,
        886,
        [
          [881, 881],
          [883, 884],
        ],
      ],
      [1, 4, [[3, 3]]],
    ]);
  });

  test('what was missing in a run that is let go is still counted', () => {
    const row = deviceOf([sent(100, 1), sent(103, 2)], [sent(1, 10), sent(50, 20)], [sent(1, 30)]);
    expect(runsOf(row).map(({ first }) => first)).toEqual([1, 1]);
    expect(row['missing_beyond']).toBe(2);
  });

  test('a number that comes twice, or goes back by a few, begins nothing', () => {
    const row = deviceOf([sent(5, 1), sent(6, 2), sent(6, 3), sent(5, 4), sent(7, 5)]);
    expect(runsOf(row)).toEqual([expect.objectContaining({ first: 5, last: 7, missing: [] })]);
  });

  test('a number that is further ahead than anybody loses begins a new run', () => {
    const row = deviceOf([sent(5, 1)], [sent(5_000_000, 2)]);
    expect(runsOf(row).map(({ first, missing }) => [first, missing])).toEqual([
      [5, []],
      [5_000_000, []],
    ]);
  });

  test('events of no place and of no number are left alone', () => {
    const { device_seq: _, ...unnumbered } = sent(1, 1) as CanonicalEvent & { device_seq: number };
    expect(rowsOf([arrival(1, [sent(1, 1, ''), unnumbered])], DEVICES)).toEqual([]);
  });

  test('the usual gap follows the event times, and a night does not count for more than an hour', () => {
    expect(deviceOf([sent(1, 0)], [sent(2, 60)])['usual_gap_ms']).toBe(60_000);
    expect(deviceOf([sent(1, 0)], [sent(2, 60)], [sent(3, 60 + 36_000)])['usual_gap_ms']).toBe(
      (7 * 60_000 + 3_600_000) / 8,
    );
  });
});
