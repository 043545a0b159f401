import { expect, test } from '@jest/globals';
import cassandra from 'cassandra-driver';
import type { TableSpec } from '@ticketrail/core';
import { checkSchema } from './check-schema.js';
import { Requests } from './requests.js';

test('a schema that was not read in time is read again', async () => {
  const column = { table_name: 'names', type: 'text', position: 0 };
  const rows = [
    { ...column, column_name: 'name', kind: 'partition_key' },
    { ...column, column_name: 'fields', kind: 'regular' },
  ];
  let attempts = 0;
  const client = {
    execute: async () => {
      attempts += 1;
      if (attempts < 3) throw new cassandra.errors.OperationTimedOutError('late', 'host');
      return { rows };
    },
  } as unknown as cassandra.Client;
  const requests = new Requests({ inFlightMax: 1, attemptsMax: 3, backoffMs: 1 });
  const names: TableSpec = {
    name: 'names',
    answers: 'nothing: it tests a check',
    partition: ['name'],
    clustering: [],
    columns: { name: 'text' },
  };
  await checkSchema(client, requests, 'keyspace', [names]);
  expect(attempts).toBe(3);

  const others = { ...names, name: 'others' };
  await expect(checkSchema(client, requests, 'keyspace', [others])).rejects.toMatchObject({ code: 'SCHEMA_MISSING' });
  expect(attempts).toBe(4);
});
