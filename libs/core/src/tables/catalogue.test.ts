import { describe, expect, test } from '@jest/globals';
import {
  AGGREGATES,
  CHECKPOINTS,
  COLLECTOR_NUMBERS,
  DEVICES,
  EPOCHS,
  FIRST_SEEN,
  ORDERS,
  REJECTIONS,
  RESTATEMENTS,
  TABLES,
  VISITS,
} from './catalogue.js';
import { keyColumns, valueColumns, type Row } from './spec.js';

describe('the tables', () => {
  test('have names of their own', () => {
    expect(new Set(TABLES.map(({ name }) => name)).size).toBe(TABLES.length);
  });

  test.each(TABLES.map((table) => [table.name, table] as const))(
    '%s: its key is made of its columns',
    (name, table) => {
      expect(name).toMatch(/^[a-z][a-z_]*$/);
      const keys = keyColumns(table);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.length).toBeGreaterThan(0);
      for (const key of keys) expect(['text', 'int', 'bigint']).toContain(table.columns[key]);
      expect([...keys, ...valueColumns(table)].sort()).toEqual(Object.keys(table.columns).sort());
    },
  );

  test.each(TABLES.filter((table) => table !== EPOCHS).map((table) => [table.name, table] as const))(
    '%s: its key begins with the generation',
    (_, table) => {
      expect(table.partition[0]).toBe('generation');
      expect(table.columns['generation']).toBe('int');
    },
  );

  test.each(TABLES.filter((table) => table !== EPOCHS).map((table) => [table.name, table] as const))(
    '%s: its key holds the shard',
    (_, table) => {
      expect(keyColumns(table)).toContain('shard');
    },
  );

  test('rows that are folded say how far and from which entry they are', () => {
    for (const table of [...AGGREGATES.map(({ spec }) => spec), COLLECTOR_NUMBERS, DEVICES]) {
      expect(valueColumns(table)).toEqual(expect.arrayContaining(['applied', 'entry']));
    }
    expect(valueColumns(CHECKPOINTS)).toEqual(expect.arrayContaining(['seq', 'entry']));
    for (const table of [FIRST_SEEN, REJECTIONS, RESTATEMENTS]) expect(keyColumns(table)).toContain('seq');
    for (const table of [ORDERS, VISITS]) {
      expect(keyColumns(table)).toContain('place');
      expect(valueColumns(table)).toContain('entry');
    }
  });
});

describe('the aggregate tables', () => {
  test.each(AGGREGATES.map((table) => [table.spec.name, table] as const))('%s: stands at its index', (_, table) => {
    expect(AGGREGATES[table.index]).toBe(table);
  });

  test.each(AGGREGATES.map((table) => [table.spec.name, table] as const))('%s: has every column once', (_, table) => {
    const { spec, bucket, members, labels, sums, latest, sketches, blank } = table;
    const labelled = labels.length > 0 ? ['label_time'] : [];
    const books = ['events', 'fingerprint', 'applied', 'entry'];
    const all = [
      'generation',
      'tenant',
      bucket,
      'shard',
      ...members,
      ...labels,
      ...labelled,
      ...sums,
      ...latest,
      ...sketches,
      ...books,
    ];
    expect(Object.keys(spec.columns)).toEqual(all);
    expect(new Set(all).size).toBe(all.length);
    expect(Object.keys(blank)).toEqual(all);
    expect(keyColumns(spec)).toEqual(['generation', 'tenant', bucket, 'shard', ...members]);
  });

  test('mirrors hold the same values under another key, and every column of their own', () => {
    for (const { spec, mirrors } of AGGREGATES) {
      const row: Row = Object.fromEntries(
        Object.entries(spec.columns).map(([column, type], i) => [column, type === 'text' ? `v${i}` : i]),
      );
      for (const mirror of mirrors) {
        const mirrored = mirror.rowOf(row);
        expect(Object.keys(mirrored).sort()).toEqual(Object.keys(mirror.spec.columns).sort());
        for (const column of valueColumns(spec)) {
          expect(mirrored[column]).toBe(row[column]);
          expect(mirror.spec.columns[column]).toBe(spec.columns[column]);
        }
        expect(valueColumns(mirror.spec)).toEqual(valueColumns(spec));
        // Two rows of the table are two rows of the mirror.
        const mirrorKey = keyColumns(mirror.spec);
        for (const column of keyColumns(spec)) expect(mirrorKey).toContain(column);
      }
    }
  });
});
