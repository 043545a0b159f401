/** The embedded engines: log and tables in LMDB, below the data directory, for this process alone. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { REACHES, TABLES } from '@ticketrail/core';
import { LmdbEventLog } from '@ticketrail/log';
import { AllPartitions, openEpoch } from '@ticketrail/pipeline';
import { ConfigError, type Config, SystemClock } from '@ticketrail/runtime';
import { LmdbTables } from '@ticketrail/tables';
import { OwnControl } from './control.js';
import type { Engines } from './engines.js';
import { OwnedPartitions } from './owned-partitions.js';

/**
 * Readers are in this process and follow closely; what they have read need not stay in memory. The replica begins with the
 * process, so the changelog need not reach back either.
 */
const IN_MEMORY = { recentCharactersMax: 2 ** 20, rowsAgeMsMax: 30_000, rowsCharactersMax: 2 ** 22 };

export async function openEmbedded(config: Config): Promise<Engines> {
  try {
    mkdirSync(config.dataDir, { recursive: true });
  } catch (cause) {
    throw new ConfigError(`DATA_DIR ${config.dataDir} cannot be made: ${(cause as Error).message}`, { cause });
  }
  const clock = new SystemClock();
  const now = (): number => clock.now();
  const log = await LmdbEventLog.open({
    directory: join(config.dataDir, 'log'),
    now,
    bytesMax: config.logBytesMax,
    ...IN_MEMORY,
  });
  try {
    const directory = join(config.dataDir, 'tables');
    const tables = await LmdbTables.open({ directory, now, specs: TABLES, ahead: [REACHES] });
    try {
      const epoch = await openEpoch(log, tables, clock, config.partitions);
      // Positions are told apart by it: it may not be lost once there are rows.
      await tables.sync();
      let closed: Promise<void> | undefined;
      const close = (): Promise<void> => (closed ??= tables.close().then(() => log.close()));
      return {
        log,
        control: new OwnControl(),
        tables,
        epoch,
        membership: new OwnedPartitions(new AllPartitions(epoch.partitions)),
        problem: () => undefined,
        registerMetrics: (metrics) => {
          metrics.gauge('ticketrail_store_bytes', 'Bytes on disk', ['store'], (set) => {
            set({ store: 'log' }, log.stats().bytesUsed);
            set({ store: 'tables' }, tables.stats().bytesUsed);
          });
          metrics.gauge('ticketrail_log_held_bytes', 'Roughly the text that waits in memory', ['what'], (set) => {
            const { recentCharacters, rowsCharacters } = log.stats();
            set({ what: 'entries' }, recentCharacters);
            set({ what: 'changelog' }, rowsCharacters);
          });
          metrics.gauge('ticketrail_tables_rows_waiting', 'Rows that are not on disk yet', [], (set) =>
            set({}, tables.stats().rowsWaiting),
          );
        },
        sweep: async (rowsMax) => void (await tables.sweep(rowsMax)),
        close,
      };
    } catch (error) {
      await tables.close();
      throw error;
    }
  } catch (error) {
    await log.close();
    throw error;
  }
}
