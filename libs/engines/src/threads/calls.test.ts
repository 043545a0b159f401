import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { LogFull, UnexpectedLastEntry } from '@ticketrail/pipeline';
import { answerCalls, Calls } from './calls.js';

class TablesAway extends Error {
  readonly code = 'TABLES_AWAY';
}

const answers = {
  sum: (a: number, b: number) => a + b,
  later: async (ms: number) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return ms;
  },
  never: () => new Promise<void>(() => undefined),
  full: () => Promise.reject(new LogFull('the log is full')),
  overtaken: () => {
    throw new UnexpectedLastEntry('somebody else wrote');
  },
  away: () => Promise.reject(new TablesAway('no answer', { cause: new Error('the disk') })),
  nothingPlain: () => () => 1,
};

let channel: MessageChannel;
let calls: Calls<typeof answers>;
beforeEach(() => {
  channel = new MessageChannel();
  answerCalls(channel.port1, answers);
  calls = new Calls(channel.port2);
});
afterEach(() => channel.port1.close());

test('each question gets its own answer, in whatever order they come', async () => {
  expect(await Promise.all([calls.ask('later', 20), calls.ask('sum', 1, 2), calls.ask('later', 1)])).toEqual([
    20, 3, 1,
  ]);
});

test('errors that callers tell by their class keep it, and any other its code, its cause and where it happened', async () => {
  await expect(calls.ask('full')).rejects.toBeInstanceOf(LogFull);
  await expect(calls.ask('overtaken')).rejects.toBeInstanceOf(UnexpectedLastEntry);
  const away = await calls.ask('away').catch((error: unknown) => error as Error);
  expect(away).toMatchObject({ message: 'no answer', code: 'TABLES_AWAY', cause: { message: 'the disk' } });
  expect((away as Error).stack).toContain('calls.test');
});

test('what cannot be copied fails the call that it belongs to, on either side', async () => {
  await expect(calls.ask('sum', 1, (() => 2) as never)).rejects.toThrow(/could not be cloned/);
  await expect(calls.ask('nothingPlain')).rejects.toThrow(/could not be cloned/);
  expect(await calls.ask('sum', 1, 1)).toBe(2);
});

test('once nobody answers any more, those who wait and those who ask later are told', async () => {
  const waiting = calls.ask('never');
  calls.end(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  await expect(calls.ask('sum', 1, 2)).rejects.toThrow('gone');
});
