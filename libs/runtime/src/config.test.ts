import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { DAY_MS } from '@ticketrail/core';
import { readConfig } from './config.js';
import { ConfigError } from './environment.js';

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

  test('several addresses are separated by commas', () => {
    const { cluster } = readConfig({
      NATS_URL: 'nats://n1:4222, nats://n2:4222',
      CQL_CONTACT_POINTS: 's1:9042,s2:9042',
      NATS_TLS_CA_FILE: '/tls/ca.pem',
    });
    expect(cluster.nats.servers).toEqual(['nats://n1:4222', 'nats://n2:4222']);
    expect(cluster.nats.tls).toEqual({ caFile: '/tls/ca.pem' });
    expect(cluster.cql.contactPoints).toEqual(['s1:9042', 's2:9042']);
    expect(cluster.cql.tls).toBeUndefined();
  });

  test('every variable that is read is in docs/configuration.md, and every variable there is read', () => {
    const read = new Set<string>();
    readConfig(new Proxy({}, { get: (_, name) => void read.add(String(name)) }));
    const documented = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.split('`')[1]);
    expect(documented.toSorted()).toEqual([...read].toSorted());
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
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['NATS_URL', 'http://nats:4222'],
    ['NATS_URL', 'nats://user:secret@nats:4222'],
    ['LOG_PREFIX', 'a.b'],
    ['LOG_REPLICAS', '0'],
    ['CQL_CONTACT_POINTS', 'scylla'],
    ['CQL_CONTACT_POINTS', ' , '],
    ['CQL_KEYSPACE', 'Ticket-Rail'],
    ['CQL_CONSISTENCY', 'SOME'],
    ['MEMBER_NAME', 'a b'],
  ])('names %s when it is %s', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(ConfigError);
    expect(() => readConfig({ [name]: value })).toThrow(name);
  });
});
