/** The checkpoint of a partition: up to which entry its rows are durable, and where settling stood at that entry. */
import { CHECKPOINTS, type Row } from '@ticketrail/core';
import type { Epoch } from './epoch.js';
import type { RowWrite, Tables } from './ports.js';

export interface Checkpoint {
  /** Position on `events.<p>`; 0 before the first entry. */
  readonly seq: number;
  /** That entry's id. */
  readonly entry: string;
  /** Position on `ingest.<p>` up to which that entry settles. */
  readonly ingest: number;
  readonly logTime: number;
}

export const BEGINNING: Checkpoint = { seq: 0, entry: '', ingest: 0, logTime: 0 };

export async function readCheckpoint(tables: Tables, epoch: Epoch, shard: number): Promise<Checkpoint> {
  const [row] = await tables.read(CHECKPOINTS, [{ generation: epoch.generation, shard }]);
  if (row === undefined) return BEGINNING;
  return {
    seq: row['seq'] as number,
    entry: row['entry'] as string,
    ingest: row['ingest'] as number,
    logTime: row['log_time'] as number,
  };
}

export function checkpointWrite(epoch: Epoch, shard: number, checkpoint: Checkpoint): RowWrite {
  const { seq, entry, ingest, logTime } = checkpoint;
  const row: Row = { generation: epoch.generation, shard, seq, entry, ingest, log_time: logTime };
  return { table: CHECKPOINTS, row, clock: epoch.base + seq };
}
