import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventLogContract } from '@ticketrail/pipeline/contract';
import { LmdbEventLog } from './lmdb-event-log.js';

eventLogContract('LmdbEventLog', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ticketrail-log-'));
  const open = (): Promise<LmdbEventLog> => LmdbEventLog.open({ directory, now: Date.now });
  let log = await open();
  return {
    log,
    reopen: async () => {
      await log.close();
      log = await open();
      return log;
    },
    close: async () => {
      await log.close();
      await rm(directory, { recursive: true });
    },
  };
});

eventLogContract('LmdbEventLog with hardly any memory for readers', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ticketrail-log-'));
  const open = (): Promise<LmdbEventLog> => LmdbEventLog.open({ directory, now: Date.now, recentCharactersMax: 50 });
  let log = await open();
  return {
    log,
    reopen: async () => {
      await log.close();
      log = await open();
      return log;
    },
    close: async () => {
      await log.close();
      await rm(directory, { recursive: true });
    },
  };
});
