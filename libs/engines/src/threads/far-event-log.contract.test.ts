import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LmdbEventLog } from '@ticketrail/log';
import type { Tables } from '@ticketrail/pipeline';
import { eventLogContract } from '@ticketrail/pipeline/contract';
import { channelTo } from './channel.fixture.js';
import { FarEventLog } from './far-event-log.js';

eventLogContract('FarEventLog', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ticketrail-far-log-'));
  const open = async () => {
    const near = await LmdbEventLog.open({ directory, now: Date.now });
    const channel = channelTo(near, {} as Tables);
    const close = async (): Promise<void> => {
      channel.close();
      await near.close();
    };
    return { log: new FarEventLog(channel.calls), close };
  };
  let opened = await open();
  return {
    log: opened.log,
    reopen: async () => {
      await opened.close();
      opened = await open();
      return opened.log;
    },
    close: async () => {
      await opened.close();
      await rm(directory, { recursive: true });
    },
  };
});
