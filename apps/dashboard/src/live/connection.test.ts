import { describe, expect, test } from '@jest/globals';
import { describeConnection } from './connection.js';

const news = Date.parse('2026-11-20T19:04:31Z');
const say = (...[state, heard, now]: Parameters<typeof describeConnection>) =>
  describeConnection(state, heard, now, 'UTC');

describe('what is said about the connection', () => {
  test('live, while something was heard within 15 seconds', () => {
    expect(say({ kind: 'open' }, news, news + 14_999)).toMatchObject({ kind: 'live', label: 'Live' });
  });

  test('stale, however open the socket is', () => {
    expect(say({ kind: 'open' }, news, news + 15_000)).toMatchObject({
      kind: 'stale',
      label: 'No news since 19:04:31',
    });
  });

  test('reconnecting, with the next try', () => {
    const state = { kind: 'waiting', retryAtMs: news + 5000, reason: 'the connection broke' } as const;
    expect(say(state, news, news + 1000)).toMatchObject({ kind: 'reconnecting', label: 'Reconnecting' });
    expect(say(state, news, news + 1000).detail).toContain('Next try in 4 s');
    expect(say(state, news, news + 20_000)).toMatchObject({
      kind: 'stale',
      label: 'No news since 19:04:31, reconnecting',
    });
  });

  test('connecting at first, and never live before anything was heard', () => {
    expect(say({ kind: 'connecting', attempt: 0 }, undefined, news).kind).toBe('connecting');
    expect(say({ kind: 'connecting', attempt: 1 }, undefined, news).kind).toBe('reconnecting');
  });

  test('a clock set back does not make old news fresh or negative', () => {
    expect(say({ kind: 'open' }, news, news - 60_000).kind).toBe('live');
  });
});
