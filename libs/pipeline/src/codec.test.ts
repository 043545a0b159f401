import { describe, expect, test } from '@jest/globals';
import { PACKED_VERSION, type PackedRow, type PackedRows } from '@ticketrail/core';
import { decodeIngest, decodeRows, encodeIngest, encodeRows, eventCounts } from './codec.js';

const ROWS: readonly PackedRows[] = [
  [0, 'demo', 1_773_511_200_000, [['loc_1', 250, 4_969, 4_007, 361, 601, 0, 1, 1, 'Restaurant “14”', 4_980]]],
  [3, 'demo', 1_773_446_400_000, [['loc_1', 1_773_511_200_000, 14, 250, 1, null, null, [], [12, 1, 40, 2], []]]],
];
const CHANGE = { shard: 3, from: 248, seq: 250, logTime: 1_773_511_205_000, ingest: 251, rows: ROWS };

describe('an ingest message', () => {
  const eventOf = (id: string) => ({ text: JSON.stringify({ id }), value: { id } });
  const message = encodeIngest('collector-1', 'boot', 7, [
    { tenant: 'crème 😀\n', receivedAt: 1, events: [eventOf('a'), eventOf('b')] },
    { tenant: '__proto__', receivedAt: 2, events: [eventOf('c')] },
  ]);
  const entry = { seq: 1, time: 2, id: message.id };
  const counts = [
    ['crème 😀\n', 2],
    ['__proto__', 1],
  ];

  test('says how many events of whom it holds: in a line of its own, as a value, and in its text', () => {
    expect(message.summary).not.toContain('\n');
    expect(eventCounts({ ...entry, summary: message.summary! })).toEqual(counts);
    expect(eventCounts({ ...entry, value: message.value })).toEqual(counts);
    expect(eventCounts({ ...entry, body: message.body })).toEqual(counts);
  });

  test('says the same as text and in the process it was made in', () => {
    expect(decodeIngest({ ...entry, body: message.body })).toEqual(message.value);
  });
});

describe('a change of the changelog', () => {
  test('says the same as text and in the process it was made in', () => {
    const message = encodeRows(CHANGE);
    expect(decodeRows({ body: message.body })).toEqual({ version: PACKED_VERSION, ...CHANGE });
    expect(decodeRows({ body: '', value: message.value })).toBe(message.value);
    expect(message.id).toBe('250');
  });

  test('is about as long as it says, so that a log can keep within its room', () => {
    const many: PackedRow[] = Array.from({ length: 200 }, (_, i) => [
      `loc_${i}`,
      250,
      4_969,
      4_007,
      361,
      601,
      0,
      1,
      1,
      `Restaurant ${i}`,
      4_980,
    ]);
    const { size, body } = encodeRows({ ...CHANGE, rows: [[0, 'demo', 1_773_511_200_000, many]] });
    expect(size! / body.length).toBeGreaterThan(0.5);
    expect(size! / body.length).toBeLessThan(2);
  });

  test('in an older form is one that cannot be read, and in a newer one an error that says so', () => {
    const body = JSON.parse(encodeRows(CHANGE).body) as Record<string, unknown>;
    const { version, ...unversioned } = body;
    expect(version).toBe(PACKED_VERSION);
    expect(decodeRows({ body: JSON.stringify(unversioned) })).toBeUndefined();
    const newer = JSON.stringify({ ...body, version: PACKED_VERSION + 1 });
    expect(() => decodeRows({ body: newer })).toThrow(expect.objectContaining({ code: 'CHANGELOG_FORM_UNKNOWN' }));
  });
});
