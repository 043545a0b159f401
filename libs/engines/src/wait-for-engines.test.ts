import { expect, test } from '@jest/globals';
import { ConfigError } from '@ticketrail/runtime';
import { EnginesMissing, waitForEngines } from './wait-for-engines.js';

test('waits until the engines are there, and says each reason once', async () => {
  const reasons = ['no server', 'no server', 'no stream'];
  const said: string[] = [];
  const open = async (): Promise<string> => {
    const reason = reasons.shift();
    if (reason !== undefined) throw new Error(reason);
    return 'open';
  };
  expect(await waitForEngines(open, 10_000, (reason) => said.push(reason))).toBe('open');
  expect(said).toEqual(['no server', 'no stream']);
});

test('gives up after its time, with the last reason', async () => {
  const open = (): Promise<never> => Promise.reject(new Error('no server'));
  const waiting = waitForEngines(open, 300, () => undefined);
  await expect(waiting).rejects.toThrow(EnginesMissing);
  await expect(waiting).rejects.toThrow('no server');
});

test('does not wait for what waiting does not mend', async () => {
  let attempts = 0;
  const open = (): Promise<never> => {
    attempts++;
    return Promise.reject(new ConfigError('CQL_PASSWORD_FILE cannot be read'));
  };
  await expect(waitForEngines(open, 60_000, () => undefined)).rejects.toThrow('CQL_PASSWORD_FILE');
  expect(attempts).toBe(1);
});
