import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AggregateTable } from './aggregate.js';
import { AGGREGATES } from './catalogue.js';
import { NO_LABEL_TIME, PACKED_VERSION, PackedGroups, packedLayout, packRow, unpackRow } from './packed-row.js';
import type { Row, Value } from './spec.js';

const BUCKET = 1_773_511_200_000;
const number = fc.integer({ min: -(2 ** 52), max: 2 ** 52 });

/** A row of the table as the tables hold it. */
function rowOf(table: AggregateTable): fc.Arbitrary<Row> {
  const columns: Record<string, fc.Arbitrary<Value>> = {};
  for (const [column, type] of Object.entries(table.spec.columns)) {
    if (type === 'json') columns[column] = fc.array(number);
    else columns[column] = type === 'text' ? fc.string() : number;
  }
  for (const label of table.labels) columns[label] = fc.option(fc.string());
  if (table.labels.length > 0) columns['label_time'] = fc.oneof(fc.nat(2 ** 42), fc.constant(NO_LABEL_TIME));
  return fc.record({ ...columns, [table.bucket]: fc.constant(BUCKET), shard: fc.nat(7), tenant: fc.constant('demo') });
}

describe.each(AGGREGATES)('a packed row of $spec.name', (table) => {
  test('says the same when it was unpacked, was text, and is packed again', () => {
    fc.assert(
      fc.property(rowOf(table), (row) => {
        const packed = packRow(table, row);
        const read = JSON.parse(JSON.stringify(packed)) as typeof packed;
        const unpacked = unpackRow(table, 'demo', BUCKET, row['shard'] as number, read);
        // Only what nobody but verification asks for is left out.
        const { generation, events, fingerprint, entry, ...rest } = row;
        expect([generation, events, fingerprint, entry]).not.toContain(undefined);
        expect(unpacked).toEqual(rest);
        expect(packRow(table, unpacked)).toEqual(packed);
      }),
    );
  });

  test('has its values where the layout says', () => {
    const { applied, numbers, labels, labelTime, sketches } = packedLayout(table);
    const row = Object.fromEntries(Object.keys(table.spec.columns).map((column) => [column, `${column}!`] as const));
    const packed = packRow(table, { ...row, [table.bucket]: BUCKET, label_time: BUCKET + 7 });
    expect(packed[applied]).toBe('applied!');
    const columns = [...table.sums, ...table.latest];
    expect(packed.slice(numbers, numbers + columns.length)).toEqual(columns.map((column) => `${column}!`));
    expect(packed.slice(labels, labels + table.labels.length)).toEqual(table.labels.map((label) => `${label}!`));
    expect(table.labels.length === 0 ? 7 : packed[labelTime]).toBe(7);
    expect(packed.slice(sketches)).toEqual(table.sketches.map((sketch) => `${sketch}!`));
  });
});

test('the order of columns is that of the version: whoever changes it raises the version, and readers know', () => {
  const order = AGGREGATES.map(({ spec, members, sums, latest, labels, sketches }) => [
    spec.name,
    [...members, ...sums, ...latest, ...labels, ...sketches].join(' '),
  ]);
  expect([PACKED_VERSION, Object.fromEntries(order)]).toEqual([
    1,
    {
      revenue_by_location_minute:
        'location_id revenue_minor net_sales_minor tax_minor tips_minor refunds_minor payments order_count location_name',
      funnel_by_location_minute: 'location_id tables_seated orders_placed orders_completed payments location_name',
      item_sales_by_minute: 'item_id quantity orders amount_minor item_name category',
      wait_times_by_location_hour:
        'location_id hour hour_of_day visits location_name wait_minutes kitchen_minutes visit_minutes',
      payment_mix_by_location_day: 'location_id payment_method provider payments amount_minor tips_minor refunds_minor',
      feedback_by_location_day:
        'location_id responses ratings rating_sum scores promoters passives detractors location_name',
      ledger_by_minute: 'minute events_accepted events_applied events_duplicate events_rejected',
      restated_by_location_minute:
        'location_id revenue_minor revenue_events funnel_events items_events waits_events payment_mix_events feedback_events revenue_restated_at funnel_restated_at items_restated_at waits_restated_at payment_mix_restated_at feedback_restated_at',
    },
  ]);
});

test('rows are gathered by table, tenant and bucket, in the order in which they come', () => {
  const gathered = new PackedGroups();
  gathered.add(0, 'a', 60_000, ['x', 1]);
  gathered.add(1, 'a', 60_000, ['x', 2]);
  gathered.add(0, 'b', 60_000, ['x', 3]);
  gathered.add(0, 'a', 120_000, ['x', 4]);
  gathered.add(0, 'a', 60_000, ['y', 5]);
  expect(gathered.groups).toEqual([
    [
      0,
      'a',
      60_000,
      [
        ['x', 1],
        ['y', 5],
      ],
    ],
    [1, 'a', 60_000, [['x', 2]]],
    [0, 'b', 60_000, [['x', 3]]],
    [0, 'a', 120_000, [['x', 4]]],
  ]);
});
