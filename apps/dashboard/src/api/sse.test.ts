import { describe, expect, test } from '@jest/globals';
import { SseParser, type SseMessage } from './sse.js';

const read = (...chunks: string[]): SseMessage[] => {
  const parser = new SseParser();
  return chunks.flatMap((chunk) => parser.push(chunk));
};
const event = (name: string, data: string): SseMessage => ({ kind: 'event', event: name, data });

describe('the SSE parser', () => {
  test('reads an event with its name and data', () => {
    expect(read('event: revenue\ndata: {"a":1}\n\n')).toEqual([event('revenue', '{"a":1}')]);
  });

  test('gives the same messages wherever the stream is cut', () => {
    const text =
      '\uFEFF: beat\r\n\r\nevent: revenue\r\ndata: {"city":\r\ndata: "Köln"}\r\n\r\nevent:ledger\ndata:1\n\n: beat\n\rdata: x\r\r';
    const whole = read(text);
    expect(whole).toEqual([
      { kind: 'comment' },
      event('revenue', '{"city":\n"Köln"}'),
      event('ledger', '1'),
      { kind: 'comment' },
      // The last \r may be half a \r\n: its message waits.
    ]);
    for (let cut = 1; cut < text.length; cut++) expect(read(text.slice(0, cut), text.slice(cut))).toEqual(whole);
    expect(read(...text)).toEqual(whole);
  });

  test('never gives out a message that was broken off', () => {
    expect(read('event: revenue\ndata: {"half":')).toEqual([]);
    expect(read('event: revenue\ndata: {"whole":1}\n')).toEqual([]);
  });

  test('forgets a name without data, and strips one space only', () => {
    expect(read('event: revenue\n\ndata:  two\n\n')).toEqual([event('message', ' two')]);
  });

  test('reads a field without a colon, and passes over what it does not know', () => {
    expect(read('id: 7\nretry: 10\ndata\nother: x\n\n')).toEqual([event('message', '')]);
  });
});
