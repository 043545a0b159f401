import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EventTexts } from './event-texts.js';

const event = fc.dictionary(
  fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('events', '"events":[', '\\')),
  fc.jsonValue(),
);
const part = fc.record({
  tenant: fc.constantFrom('demo', 'events'),
  accepted: fc.nat(),
  events: fc.array(event, { maxLength: 4 }),
  duplicates: fc.array(event, { maxLength: 2 }),
  rejections: fc.array(fc.record({ payload: fc.oneof(event, fc.constant('{"events":[{}]}')) }), { maxLength: 2 }),
});

test('each event is answered as JSON writes it, whatever stands in it and beside it', () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), fc.infiniteStream(fc.boolean()), (parts, isAsked) => {
      const all = parts.flatMap(({ events }) => events);
      const texts = new EventTexts(JSON.stringify({ previous: 'p', ingest_id: '"events":[', log_time: 7, parts }));
      const asked = all.map((_, index) => index).filter(() => isAsked.next().value);
      expect(asked.map((index) => texts.textOf(index))).toEqual(asked.map((index) => JSON.stringify(all[index])));
    }),
  );
});

test('an event that the batch does not have is an error', () => {
  const texts = new EventTexts('{"parts":[{"tenant":"demo","events":[{"a":1}],"duplicates":[],"rejections":[]}]}');
  expect(() => texts.textOf(1)).toThrow(RangeError);
});

test('a text that ends too early is an error', () => {
  expect(() => new EventTexts('{"events":[{"a":').textOf(0)).toThrow(RangeError);
  expect(() => new EventTexts('{"events":[{"a').textOf(0)).toThrow(RangeError);
});
