import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventLogContract, type EventLogFixture } from '@ticketrail/pipeline/contract';
import { LmdbEventLog, type LmdbEventLogOptions } from './lmdb-event-log.js';

async function newLog(options: Partial<LmdbEventLogOptions> = {}): Promise<EventLogFixture> {
  const directory = await mkdtemp(join(tmpdir(), 'ticketrail-log-'));
  const open = (): Promise<LmdbEventLog> => LmdbEventLog.open({ directory, now: Date.now, ...options });
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
}

eventLogContract('LmdbEventLog', () => newLog());

eventLogContract('LmdbEventLog with hardly any memory for readers', () => newLog({ recentCharactersMax: 50 }));
