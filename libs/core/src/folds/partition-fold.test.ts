import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AGGREGATES, FIRST_SEEN, LEDGER, ORDERS, REJECTIONS, RESTATED, VISITS } from '../tables/catalogue.js';
import { eventSet } from './event-sets.fixture.js';
import { logOf, packedRowsOf, runDisturbed, runUndisturbed } from './fold-run.fixture.js';
import { NaiveTables } from './naive-tables.fixture.js';
import type { SettledEntry } from './settled-entry.js';
import { Choices } from './random.fixture.js';
import { recount, recountLedger, type Recounted } from './recount.fixture.js';

/** For a longer search than a build can wait for, raise this by hand: 100 runs take some seconds. */
const RUNS = 100;
const seeds = fc.integer({ min: 0, max: 2 ** 31 });

/** Aggregate rows without their positions, by table and key; what is empty is left out, and what depends on the order of arrival. */
function figures(tables: NaiveTables): Map<string, Recounted> {
  const found = new Map<string, Recounted>();
  for (const { spec, bucket, members } of AGGREGATES) {
    if (spec === RESTATED.spec) continue;
    for (const row of tables.rowsOf(spec)) {
      const key: Recounted = {};
      const values: Recounted = {};
      for (const [column, value] of Object.entries(row)) {
        if (column === 'tenant' || column === bucket || members.includes(column)) key[column] = value;
        else if (!['generation', 'shard', 'applied', 'entry'].includes(column)) values[column] = value;
      }
      found.set(JSON.stringify([spec.name, key]), filled(values));
    }
  }
  return found;
}

/** Without zeros, nulls and empty sketches, which the recount does not write. */
function filled(values: Recounted): Recounted {
  const isEmpty = (value: unknown): boolean =>
    value === 0 || value === null || value === Number.MIN_SAFE_INTEGER || (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !isEmpty(value)));
}

function filledAll(rows: Map<string, Recounted>): Map<string, Recounted> {
  return new Map([...rows].map(([text, values]) => [text, filled(values)]));
}

/** What the rows of sets say without where in the log it stands, in no order. */
function sources(tables: NaiveTables): string[] {
  const rows = [...tables.rowsOf(ORDERS), ...tables.rowsOf(VISITS)];
  return rows.map(({ place: _place, entry: _entry, ...rest }) => JSON.stringify(rest)).sort();
}

/** One line a row: quicker to compare than maps are. */
function text(rows: ReadonlyMap<string, string>): string {
  return [...rows].map((row) => row.join(' ')).join('\n');
}

function undisturbed(log: readonly SettledEntry[]): NaiveTables {
  const tables = new NaiveTables();
  runUndisturbed(log, tables);
  return tables;
}

describe('the rows of a partition', () => {
  test('equal an independent recount, in whatever order and entries the events come', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 60 }), fc.boolean(), (seed, size, voids) => {
        const choices = new Choices(seed);
        const events = eventSet(choices, size, voids);
        const expected = recount(events);
        let known: string[] | undefined;
        for (let order = 0; order < 3; order++) {
          const log = logOf(choices.shuffled(events), choices);
          const tables = undisturbed(log);
          const ledger = recountLedger(log.map(({ batch }) => batch));
          expect(figures(tables)).toEqual(filledAll(new Map([...expected, ...ledger])));
          known ??= sources(tables);
          expect(sources(tables)).toEqual(known);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('are the same bytes whatever was taken, let go, lost in a crash and gone over again', () => {
    let reads = 0;
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 60 }), (seed, size) => {
        const choices = new Choices(seed);
        const log = logOf(eventSet(choices, size), choices);
        const before = JSON.stringify(log);
        const bytes = new Map<string, string>();
        const calm = new NaiveTables(bytes);
        runUndisturbed(log, calm);
        for (let run = 0; run < 4; run++) {
          const tables = new NaiveTables(bytes);
          const replica = runDisturbed(log, tables, choices);
          expect(text(tables.all())).toBe(text(calm.all()));
          expect(text(replica.all())).toBe(text(packedRowsOf(tables)));
          reads += tables.reads;
        }
        expect(JSON.stringify(log)).toBe(before);
      }),
      { numRuns: RUNS },
    );
    expect(reads).toBeGreaterThan(1_000);
  });
});

describe('what is appended', () => {
  test('every event leaves one first-seen mark, and every rejection its row', () => {
    const choices = new Choices(7);
    const log = logOf(eventSet(choices, 200), choices);
    const tables = undisturbed(log);
    const marks = tables
      .rowsOf(FIRST_SEEN)
      .reduce((sum, row) => sum + (row['marks'] as unknown as number[]).length / 8, 0);
    expect(marks).toBe(200);
    const refused = log.flatMap(({ batch }) => batch.parts.flatMap(({ rejections }) => rejections));
    expect(refused.length).toBeGreaterThan(0);
    expect(tables.rowsOf(REJECTIONS)).toHaveLength(refused.length);
    expect(tables.rowsOf(LEDGER.spec).reduce((sum, row) => sum + (row['events_applied'] as number), 0)).toBe(200);
  });
});
