import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventLog } from '@ticketrail/pipeline';
import { tablesContract } from '@ticketrail/pipeline/contract';
import { LmdbTables } from '@ticketrail/tables';
import { channelTo } from './channel.fixture.js';
import { FarTables } from './far-tables.js';

tablesContract('FarTables', async (specs) => {
  const directory = await mkdtemp(join(tmpdir(), 'ticketrail-far-tables-'));
  let time = Date.now();
  const now = (): number => time;
  const open = async () => {
    const near = await LmdbTables.open({ directory, now });
    const channel = channelTo({} as EventLog, near, specs);
    const close = async (): Promise<void> => {
      channel.close();
      await near.close();
    };
    return { tables: new FarTables(channel.calls, near.syncMs), close };
  };
  let opened = await open();
  return {
    tables: opened.tables,
    now,
    pass: async (ms) => {
      time += ms;
    },
    reopen: async () => {
      await opened.close();
      opened = await open();
      return opened.tables;
    },
    close: async () => {
      await opened.close();
      await rm(directory, { recursive: true });
    },
  };
});
