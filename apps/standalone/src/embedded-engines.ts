/** The embedded engines: log and tables in LMDB, below the data directory, for this process alone. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LmdbEventLog } from '@ticketrail/log';
import { openEpoch, type Epoch } from '@ticketrail/pipeline';
import { ConfigError, type Config, SystemClock } from '@ticketrail/runtime';
import { LmdbTables } from '@ticketrail/tables';

export interface Engines {
  readonly log: LmdbEventLog;
  readonly tables: LmdbTables;
  readonly epoch: Epoch;
  /** May be called again; what it answers is the same. */
  close(): Promise<void>;
}

/**
 * Readers are in this process and follow closely; what they have read need not stay in memory. The replica begins with the
 * process, so the changelog need not reach back either.
 */
const IN_MEMORY = { recentCharactersMax: 2 ** 20, rowsAgeMsMax: 30_000, rowsCharactersMax: 2 ** 22 };

export async function openEngines(config: Config): Promise<Engines> {
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
    const tables = await LmdbTables.open({ directory: join(config.dataDir, 'tables'), now });
    try {
      const epoch = await openEpoch(log, tables, clock, config.partitions);
      let closed: Promise<void> | undefined;
      const close = (): Promise<void> => (closed ??= tables.close().then(() => log.close()));
      return { log, tables, epoch, close };
    } catch (error) {
      await tables.close();
      throw error;
    }
  } catch (error) {
    await log.close();
    throw error;
  }
}
