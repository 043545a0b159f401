import { describe, expect, test } from '@jest/globals';
import { normalise } from '@ticketrail/core';
import { EVENT_CHARACTERS_MAX, EVENTS_MAX, readEvents } from './event-body.js';

const read = (type: string | undefined, body: string, headers = {}) => readEvents(type, headers, Buffer.from(body));
const reasonOf = (value: unknown): string => (normalise(value) as { reason: string }).reason;

describe('readEvents', () => {
  test('takes one object with its own text', () => {
    expect(read('application/json', '{ "a": 1.10 }')).toEqual([{ text: '{ "a": 1.10 }', value: { a: 1.1 } }]);
  });

  test('takes an array, each element by itself', () => {
    expect(read('application/json; charset=utf-8', '[{"a":1}, 7, "x"]').map(({ value }) => value)).toEqual([
      { a: 1 },
      '7',
      '"x"',
    ]);
  });

  test('takes lines as they are written, without blank ones and carriage returns', () => {
    expect(read('application/x-ndjson', '{"a": 1}\r\n\n  \n{"b":2}').map(({ text }) => text)).toEqual([
      '{"a": 1}',
      '{"b":2}',
    ]);
  });

  test('keeps a line that is not JSON as text, which is then refused by itself', () => {
    const [broken, good] = read('application/x-ndjson', '{"a": \n{"b":2}');
    expect(broken!.value).toBe('{"a": ');
    expect(JSON.parse(broken!.text)).toBe('{"a": ');
    expect(reasonOf(broken!.value)).toBe('not_json');
    expect(good!.value).toEqual({ b: 2 });
  });

  test('refuses an event that is too long, and not its neighbours', () => {
    const [long, good] = read('application/x-ndjson', `{"a":"${'x'.repeat(EVENT_CHARACTERS_MAX)}"}\n{"b":2}`);
    expect(reasonOf(long!.value)).toBe('too_large');
    expect(good!.value).toEqual({ b: 2 });
  });

  test('takes CloudEvents in binary mode from its headers', () => {
    const headers = {
      'ce-specversion': '1.0',
      'ce-type': 'com.example.payment',
      'ce-source': '/till/1',
      'ce-id': 'a%20b',
    };
    const [event] = read('application/json', '{"order_id":"o"}', headers);
    expect(event!.value).toEqual({
      specversion: '1.0',
      type: 'com.example.payment',
      source: '/till/1',
      id: 'a b',
      data: { order_id: 'o' },
    });
  });

  test.each(['application/x-ndjson', 'application/json', 'application/cloudevents+json'])(
    'passes nesting of any depth on as text in %s, since writing it as a value again would overflow',
    (type) => {
      const bomb = `{"event_type":"payment","a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
      const [event] = read(type, bomb);
      expect(event!.value).toBe(bomb);
      expect(reasonOf(event!.value)).toBe('too_deep');
      const neighbours = type === 'application/x-ndjson' ? `{"a":1}\n${bomb}` : `[{"a":1},${bomb}]`;
      expect(read(type, neighbours)[0]!.value).toEqual({ a: 1 });
      expect(read(type, neighbours)[1]!.value).toBe(bomb);
    },
  );

  test('an array of many megabytes of brackets is refused or taken apart, but never the end', () => {
    expect(read('application/json', `[${'['.repeat(2_000_000)}${']'.repeat(2_000_000)}]`)).toHaveLength(1);
  });

  test.each([
    ['bad_request', 'application/json', ''],
    ['bad_request', 'application/json', '{"a":'],
    ['bad_request', 'application/json', '[]'],
    ['bad_request', 'application/x-ndjson', '\n\n'],
    ['unsupported_media_type', 'text/csv', 'a,b'],
    ['too_large', 'application/x-ndjson', '{}\n'.repeat(EVENTS_MAX + 1)],
    [
      'too_large',
      'application/json',
      `[${Array(EVENTS_MAX + 1)
        .fill('{}')
        .join(',')}]`,
    ],
  ])('says %s to a body of %s that is not to be taken apart', (code, type, body) => {
    expect(() => read(type, body)).toThrow(expect.objectContaining({ code }));
  });
});
