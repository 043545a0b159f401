import { describe, expect, test } from '@jest/globals';
import { DAY_MS } from '@ticketrail/core';
import { ConfigError, readConfig } from './config.js';

describe('readConfig', () => {
  test('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      dataDir: 'data',
      tenant: 'demo',
      partitions: 8,
    });
  });

  test('reads what is given', () => {
    const config = readConfig({ PORT: '0', DATA_DIR: '/tmp/x', TICKETRAIL_API_KEY: 'a-long-key', HORIZON_DAYS: '30' });
    expect(config).toMatchObject({ port: 0, dataDir: '/tmp/x', apiKey: 'a-long-key', horizonMs: 30 * DAY_MS });
  });

  test.each([
    ['PORT', 'abc'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PARTITIONS', '0'],
    ['TICKETRAIL_API_KEY', 'short'],
    ['TICKETRAIL_API_KEY', 'with spaces in it'],
    ['TENANT', 'Ümlaut'],
    ['TIME_ZONE', 'Mars/Olympus'],
    ['LOG_LEVEL', 'loud'],
  ])('names %s when it is %s', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(ConfigError);
    expect(() => readConfig({ [name]: value })).toThrow(name);
  });
});
