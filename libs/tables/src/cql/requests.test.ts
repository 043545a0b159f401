import { expect, test } from '@jest/globals';
import { createRequire } from 'node:module';
import cassandra from 'cassandra-driver';
import { Requests } from './requests.js';

const limits = { inFlightMax: 2, attemptsMax: 3, backoffMs: 1 };
const { OperationTimedOutError, ResponseError, NoHostAvailableError } = cassandra.errors;
const timedOut = (): Error => new OperationTimedOutError('late', 'host');
const answer = (code: number): Error => new ResponseError(code, 'an answer');

/** What the driver itself throws, as only its text tells it from others. */
function withoutConnection(): unknown {
  const path = 'cassandra-driver/lib/host-connection-pool.js';
  const Pool = createRequire(import.meta.url)(path) as new (host: object) => { borrowConnection(): void };
  try {
    new Pool({ address: 'host', options: {} }).borrowConnection();
  } catch (error) {
    return error;
  }
  throw new TypeError('A pool without a connection lent one');
}

test('no more are on their way than may be, and the others follow in order', async () => {
  const requests = new Requests(limits);
  const begun: number[] = [];
  const releases: (() => void)[] = [];
  const all = [0, 1, 2, 3].map((index) =>
    requests.send('It', () => {
      begun.push(index);
      return new Promise<void>((resolve) => releases.push(resolve));
    }),
  );
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  expect(requests.stats()).toMatchObject({ inFlight: 2, waiting: 2 });
  for (const index of [0, 1, 2, 3]) {
    releases[index]?.();
    await all[index];
    await Promise.resolve();
  }
  expect(begun).toEqual([0, 1, 2, 3]);
  expect(requests.stats()).toMatchObject({ inFlight: 0, waiting: 0, retries: 0, failures: 0 });
});

test.each([
  ['a time-out of the client', timedOut()],
  ['a time-out of the server', answer(cassandra.types.responseErrorCodes.writeTimeout)],
  ['too few replicas', answer(cassandra.types.responseErrorCodes.unavailableException)],
  ['no host', new NoHostAvailableError({ host: timedOut() })],
  [
    'a statement that a node forgot and did not prepare again in time',
    new NoHostAvailableError({ host: answer(cassandra.types.responseErrorCodes.unprepared) }),
  ],
  ['a node that is not connected yet', withoutConnection()],
])('%s passes: the request is repeated', async (_, error) => {
  const requests = new Requests(limits);
  let attempts = 0;
  const result = await requests.send('It', async () => {
    attempts += 1;
    if (attempts < 3) throw error;
    return 'done';
  });
  expect(result).toBe('done');
  expect(requests.stats()).toMatchObject({ retries: 2, failures: 0 });
  expect(requests.problem()).toBeUndefined();
});

test('what keeps failing is given up with its cause, and is a problem until something succeeds', async () => {
  const requests = new Requests(limits);
  const cause = timedOut();
  await expect(requests.send('It', () => Promise.reject(cause))).rejects.toMatchObject({
    code: 'TABLES_UNAVAILABLE',
    cause,
  });
  expect(requests.stats()).toMatchObject({ retries: 2, failures: 1, inFlight: 0 });
  expect(requests.problem()).toContain('late');
  await requests.send('It', async () => undefined);
  expect(requests.problem()).toBeUndefined();
});

test('what the database refuses is not repeated', async () => {
  const requests = new Requests(limits);
  for (const code of ['invalid', 'syntaxError', 'unauthorized'] as const) {
    const cause = answer(cassandra.types.responseErrorCodes[code]);
    for (const error of [cause, new NoHostAvailableError({ host: cause })]) {
      await expect(requests.send('It', () => Promise.reject(error))).rejects.toMatchObject({ code: 'TABLES_REFUSED' });
    }
  }
  expect(requests.stats().retries).toBe(0);
});
