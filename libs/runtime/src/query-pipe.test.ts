import { describe, expect, test } from '@jest/globals';
import { IsOptional, Matches } from 'class-validator';
import { QueryPipe } from './query-pipe.js';

class Spans {
  @IsOptional()
  @Matches(/^\d+m$/)
  window?: string;
}

class Places {
  @IsOptional()
  @Matches(/^loc_/)
  window?: string;
}

describe('a query', () => {
  const pipe = new QueryPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true });
  const check = (value: object, metatype: typeof Spans | typeof Places = Spans) =>
    pipe.transform(value, { type: 'query', metatype });

  test('that was asked before is not checked again', async () => {
    const first = await check({ window: '5m' });
    expect(first).toBeInstanceOf(Spans);
    expect(first).toEqual({ window: '5m' });
    expect(await check({ window: '5m' })).toBe(first);
    expect(await check({ window: '6m' })).toEqual({ window: '6m' });
  });

  test('is remembered for what it was asked of', async () => {
    await check({ window: '7m' });
    await expect(check({ window: '7m' }, Places)).rejects.toThrow();
  });

  test('cannot be changed by who is given it', async () => {
    expect(Object.isFrozen(await check({ window: '8m' }))).toBe(true);
  });

  test('that makes no sense makes none the second time', async () => {
    for (let time = 0; time < 2; time++) {
      await expect(check({ window: 'long' })).rejects.toThrow();
      await expect(check({ window: '5m', other: '1' })).rejects.toThrow();
    }
  });

  test('is forgotten after many others, and never remembered when it is long', async () => {
    const first = await check({ window: '1m' });
    for (let minutes = 2; minutes < 1_100; minutes++) await check({ window: `${minutes}m` });
    expect(await check({ window: '1m' })).not.toBe(first);
    const long = { window: `${'1'.repeat(600)}m` };
    expect(await check(long)).not.toBe(await check(long));
  });
});
