import { afterAll, beforeAll, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { tablesContract } from '@ticketrail/pipeline/contract';
import { CassandraFixture, START_MS_MAX } from './cassandra.fixture.js';
import { CqlTables } from './cql-tables.js';

let cassandra: CassandraFixture;
jest.setTimeout(60_000);
beforeAll(async () => {
  cassandra = await CassandraFixture.start();
}, START_MS_MAX);
afterAll(() => cassandra?.stop());

tablesContract('CqlTables', async (specs) => {
  const options = await cassandra.create(specs);
  let tables = await CqlTables.open(options);
  return {
    tables,
    now: Date.now,
    pass: async (ms) => {
      await sleep(ms);
    },
    reopen: async () => {
      await tables.close();
      tables = await CqlTables.open(options);
      return tables;
    },
    close: () => tables.close(),
  };
});
