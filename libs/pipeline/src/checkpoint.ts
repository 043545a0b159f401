/** The checkpoint of a partition: up to which entry its rows are durable, and where settling stood at that entry. */
import { CHECKPOINTS, type Row } from '@ticketrail/core';
import type { Epoch } from './epoch.js';
import type { RowWrite, Tables } from './ports.js';

export interface Checkpoint {
  /** Position on `events.<p>`; 0 before the first entry. */
  readonly seq: number;
  /** That entry's id. */
  readonly entry: string;
  /** Position on `ingest.<p>` up to which that entry settles, and the id of the message there; empty where it is not known. */
  readonly ingest: number;
  readonly ingestId: string;
  readonly logTime: number;
}

export const BEGINNING: Checkpoint = { seq: 0, entry: '', ingest: 0, ingestId: '', logTime: 0 };

export async function readCheckpoint(tables: Tables, epoch: Epoch, shard: number): Promise<Checkpoint> {
  return (await readCheckpoints(tables, epoch, shard)).checkpoint;
}

/** With the earlier checkpoint that is kept beside it, for tables that may have lost what they last took. */
export async function readCheckpoints(
  tables: Tables,
  epoch: Epoch,
  shard: number,
): Promise<{ checkpoint: Checkpoint; earlier: Checkpoint }> {
  const [row] = await tables.read(CHECKPOINTS, [{ generation: epoch.generation, shard }]);
  if (row === undefined) return { checkpoint: BEGINNING, earlier: BEGINNING };
  return { checkpoint: checkpointIn(row, ''), earlier: checkpointIn(row, 'earlier_') };
}

function checkpointIn(row: Row, prefix: '' | 'earlier_'): Checkpoint {
  return {
    seq: row[`${prefix}seq`] as number,
    entry: row[`${prefix}entry`] as string,
    ingest: row[`${prefix}ingest`] as number,
    ingestId: row[`${prefix}ingest_id`] as string,
    logTime: row[`${prefix}log_time`] as number,
  };
}

export function checkpointWrite(
  epoch: Epoch,
  shard: number,
  checkpoint: Checkpoint,
  earlier: Checkpoint = BEGINNING,
): RowWrite {
  const row: Row = {
    generation: epoch.generation,
    shard,
    seq: checkpoint.seq,
    entry: checkpoint.entry,
    ingest: checkpoint.ingest,
    ingest_id: checkpoint.ingestId,
    log_time: checkpoint.logTime,
    earlier_seq: earlier.seq,
    earlier_entry: earlier.entry,
    earlier_ingest: earlier.ingest,
    earlier_ingest_id: earlier.ingestId,
    earlier_log_time: earlier.logTime,
  };
  return { table: CHECKPOINTS, row, clock: epoch.base + checkpoint.seq };
}

/**
 * Which earlier checkpoint goes with the next one: the newest that was written `rewindMs` ago, or the oldest there is. By our
 * clock and not by log time: going over the log again writes old rows anew, and it is the last writes that may be lost.
 * A few are kept, so that it is not much older than that.
 */
export class EarlierCheckpoints {
  private readonly kept: { readonly checkpoint: Checkpoint; readonly writtenAt: number }[];

  /** @param start where folding begins: what lies between the earlier one and that is taken to be written only now */
  constructor(
    earlier: Checkpoint,
    start: Checkpoint,
    now: number,
    private readonly rewindMs: number,
  ) {
    this.kept = [{ checkpoint: earlier, writtenAt: now }];
    if (start.seq > earlier.seq) this.kept.push({ checkpoint: start, writtenAt: now });
  }

  before(checkpoint: Checkpoint, now: number): Checkpoint {
    const { kept, rewindMs } = this;
    while (kept.length > 1 && kept[1]!.writtenAt <= now - rewindMs) kept.shift();
    if (now - kept.at(-1)!.writtenAt >= rewindMs / EARLIER_KEPT) kept.push({ checkpoint, writtenAt: now });
    return kept[0]!.checkpoint;
  }
}

/** How finely the time to rewind is divided. */
const EARLIER_KEPT = 10;
