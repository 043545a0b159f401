import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tablesContract } from '@ticketrail/pipeline/contract';
import { LmdbTables } from './lmdb-tables.js';

tablesContract('LmdbTables', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ticketrail-tables-'));
  let time = Date.now();
  const now = (): number => time;
  let tables = await LmdbTables.open({ directory, now });
  return {
    tables,
    now,
    pass: async (ms) => {
      time += ms;
    },
    reopen: async () => {
      await tables.close();
      tables = await LmdbTables.open({ directory, now });
      return tables;
    },
    close: async () => {
      await tables.close();
      await rm(directory, { recursive: true });
    },
  };
});
