/**
 * The epoch registry: which log the positions in the tables belong to, and what they are as write clocks.
 *
 * A row's write clock is `base + seq`, in microseconds. A log that is made anew begins at 1 again, so each epoch's base lies
 * above everything the epochs before could have written; and since nobody may compare positions of two logs, a log that is not
 * in the registry is refused until a person says what to do.
 */
import { EPOCHS, type Row } from '@ticketrail/core';
import type { Clock, EventLog, Tables } from './ports.js';

export interface Epoch {
  readonly epoch: number;
  /** Microseconds; a row at position `seq` is written with clock `base + seq`. */
  readonly base: number;
  readonly partitions: number;
  /** The set of rows that is read and written now. */
  readonly generation: number;
}

/** The tables were made from another log, or with another number of partitions: going on would corrupt them. */
export class UnknownLog extends Error {
  readonly code = 'UNKNOWN_LOG';
}

const REGISTRY = { registry: 'main' };

/**
 * Finds the log's epoch, or registers the first one for empty tables. For one process at a time: two that register at once
 * would each go on with a base of its own.
 */
export async function openEpoch(log: EventLog, tables: Tables, clock: Clock, partitions: number): Promise<Epoch> {
  return (await findEpoch(log, tables, partitions)) ?? register(tables, clock, await log.identity(), partitions);
}

/** Finds the log's epoch; undefined while nobody has registered one. Throws UnknownLog when the tables are of another log. */
export async function findEpoch(log: EventLog, tables: Tables, partitions: number): Promise<Epoch | undefined> {
  const identity = await log.identity();
  const [newest] = await tables.scan(EPOCHS, REGISTRY, { limit: 1, reverse: true });
  if (newest === undefined) return undefined;
  if (newest['log'] !== identity) {
    throw new UnknownLog(
      `the tables were made from log ${String(newest['log'])}, but this is log ${identity}; ` +
        'put the log of these tables back, or begin with empty tables and post the events again',
    );
  }
  if (newest['partitions'] !== partitions) {
    throw new UnknownLog(
      `the log has ${String(newest['partitions'])} partitions, not ${partitions}; the number is fixed for its life`,
    );
  }
  return epochOf(newest);
}

async function register(tables: Tables, clock: Clock, identity: string, partitions: number): Promise<Epoch> {
  const base = clock.now() * 1000;
  const row: Row = { ...REGISTRY, epoch: 1, log: identity, base, partitions, generation: 1 };
  await tables.write([{ table: EPOCHS, row, clock: base }]);
  return epochOf(row);
}

function epochOf(row: Row): Epoch {
  return {
    epoch: row['epoch'] as number,
    base: row['base'] as number,
    partitions: row['partitions'] as number,
    generation: row['generation'] as number,
  };
}
