/**
 * Whether the log is the one the rows were made from, as far as that can be told before anything is folded or settled.
 *
 * The checkpoint names an entry, and so does the reach: the last entry that rows may hold which lie ahead of the checkpoint. It
 * is written before those rows are, so that a log which lost its end and gave positions out a second time is noticed whatever
 * rows are read later, and none needs to be.
 */
import { REACHES, type Row } from '@ticketrail/core';
import { readCheckpoint, type Checkpoint } from './checkpoint.js';
import type { Epoch } from './epoch.js';
import { UnexpectedLastEntry, type Entry, type EventLog, type RowWrite, type Tables } from './ports.js';

/** The log is not the one the rows were made from, or has a hole: nothing may be written until a person has looked. */
export class LogMismatch extends Error {
  readonly code = 'LOG_MISMATCH';
}

/**
 * While we stood still somebody else went on, and what we had not read was trimmed behind their checkpoint. Beginning again there
 * is all it takes.
 */
export class Overtaken extends Error {
  readonly code = 'OVERTAKEN';
}

/**
 * What is wrong when an entry does not follow the one folded last.
 *
 * @param checkpointSeq the checkpoint as it is now
 */
export function chainBroken(
  partition: number,
  entry: Entry,
  previous: string,
  at: Checkpoint,
  checkpointSeq: number,
): Overtaken | LogMismatch {
  const what = `partition ${partition}: entry ${entry.seq} follows ${previous}, but the last one folded was ${at.entry}`;
  return checkpointSeq > at.seq
    ? new Overtaken(`${what}, as rows are durable up to ${checkpointSeq} by now`)
    : new LogMismatch(`${what}: the chain is broken`);
}

/** An entry of `events.<p>`. */
export interface Reach {
  readonly seq: number;
  readonly entry: string;
}

export function reachWrite(epoch: Epoch, shard: number, { seq, entry }: Reach): RowWrite {
  const row: Row = { generation: epoch.generation, shard, seq, entry };
  return { table: REACHES, row, clock: epoch.base + seq };
}

/** Throws LogMismatch unless the entries that checkpoint and reach name stand in `events.<p>`, or were trimmed from it. */
export async function checkLog(
  log: EventLog,
  tables: Tables,
  epoch: Epoch,
  partition: number,
  checkpoint: Checkpoint,
): Promise<void> {
  const [row] = await tables.read(REACHES, [{ generation: epoch.generation, shard: partition }]);
  const reach = { seq: (row?.['seq'] ?? 0) as number, entry: (row?.['entry'] ?? '') as string };
  const last = await log.last('events', partition);
  for (const { seq, entry } of [checkpoint, reach]) {
    if (seq === 0) continue;
    const found = await log.at('events', partition, seq);
    if (found !== undefined && found.id !== entry) {
      throw new LogMismatch(
        `partition ${partition}: entry ${seq} of the log is ${found.id}, but the rows were made from ${entry}`,
      );
    }
  }
  // What lies behind the checkpoint may have been trimmed, down to nothing; what lies ahead of it may not.
  const made = Math.max(checkpoint.seq, reach.seq);
  const isShort = last === undefined ? reach.seq > checkpoint.seq : last.seq < made;
  if (isShort) {
    const { seq } = await readCheckpoint(tables, epoch, partition);
    if (seq > checkpoint.seq) {
      throw new Overtaken(`partition ${partition}: rows are durable up to ${seq} by now, and the log was trimmed`);
    }
    throw new LogMismatch(
      `partition ${partition}: the log ends at ${last?.seq ?? 0}, but the rows were made up to ${made}: the log was rolled back`,
    );
  }
}

/**
 * Throws LogMismatch when `ingest.<p>` is not the one that was settled up to `seq`.
 *
 * @param id the message settled there, where that is known
 */
export async function checkIngest(log: EventLog, partition: number, seq: number, id: string): Promise<void> {
  if (seq === 0) return;
  // The end first: what is missing now may have been given out again a moment later.
  const last = await log.last('ingest', partition);
  if (last !== undefined && last.seq < seq) {
    throw new LogMismatch(
      `partition ${partition}: ingest ends at ${last.seq}, but was settled up to ${seq}: the log was rolled back`,
    );
  }
  const found = await log.at('ingest', partition, seq);
  if (found !== undefined && id !== '' && found.id !== id) {
    throw new LogMismatch(`partition ${partition}: ingest entry ${seq} is ${found.id}, but ${id} was settled`);
  }
}

/**
 * What it means that a publish behind `seq` was refused: usually that somebody else has published, and `refusal` itself says so.
 * But a log that ends before `seq` was rolled back, unless others went on meanwhile and everything was trimmed behind them.
 */
export async function refusalMeans(
  refusal: unknown,
  log: EventLog,
  tables: Tables,
  epoch: Epoch,
  partition: number,
  seq: number,
): Promise<unknown> {
  if (!(refusal instanceof UnexpectedLastEntry)) return refusal;
  const last = await log.last('events', partition);
  if (last !== undefined && last.seq >= seq) return refusal;
  const checkpoint = await readCheckpoint(tables, epoch, partition);
  if (checkpoint.seq > seq) return refusal;
  return new LogMismatch(
    `partition ${partition}: the log ends at ${last?.seq ?? 0}, but was settled up to ${seq}: the log was rolled back`,
  );
}
