/**
 * Writes one table of one partition as an aggregator would, step by step as told: changes are published, rows and checkpoints written,
 * and all of it may be lost, come late, or come twice.
 */
import { packRow, REVENUE, type PackedRows, type Row } from '@ticketrail/core';
import { BEGINNING, checkpointWrite, encodeRows, type Epoch } from '@ticketrail/pipeline';
import { START } from './one-partition.fixture.js';
import type { MemoryEventLog } from './memory-event-log.js';
import type { MemoryTables } from './memory-tables.js';

/** What is in a row, but for its position. */
export interface RowKey {
  readonly tenant: string;
  readonly minute: number;
  readonly location: string;
}

export class ScriptedWriter {
  /** By position, from 1 on: the rows that changed there. */
  private readonly changes: RowKey[][] = [];
  private published = 0;
  private checkpoint = 0;

  constructor(
    private readonly log: MemoryEventLog,
    private readonly tables: MemoryTables,
    private readonly epoch: Epoch,
    private readonly shard: number,
  ) {}

  get seq(): number {
    return this.changes.length;
  }

  /** Rows of the tenant as of a position: by location and minute the last position that changed them. */
  rowsAt(tenant: string, seq: number): Map<string, number> {
    const rows = new Map<string, number>();
    this.changes.slice(0, seq).forEach((keys, i) => {
      for (const key of keys) if (key.tenant === tenant) rows.set(nameOf(key), i + 1);
    });
    return rows;
  }

  change(keys: readonly RowKey[]): void {
    this.changes.push([...keys]);
  }

  /** Publishes what changed since the last time, together; or it is lost on the way. */
  async publish(isLost: boolean): Promise<void> {
    const [from, seq] = [this.published, this.seq];
    if (seq === from) return;
    this.published = seq;
    const rows: PackedRows[] = [];
    for (const [key, applied] of this.latest(from)) {
      rows.push([REVENUE.index, key.tenant, key.minute, [packRow(REVENUE, this.rowOf(key, applied))]]);
    }
    const { logTime, ingest } = stampOf(seq);
    const message = encodeRows({ shard: this.shard, from, seq, logTime, ingest, rows });
    if (!isLost) await this.log.append('rows', this.shard, { id: message.id, body: message.body });
  }

  /** Begins again at the checkpoint: everything behind it is published a second time. */
  restart(): void {
    this.published = this.checkpoint;
  }

  /** Writes those of the changed rows that are chosen. */
  async flush(isChosen: () => boolean): Promise<void> {
    const rows = this.latest(this.checkpoint).filter(isChosen);
    await this.tables.write(
      rows.map(([key, applied]) => ({
        table: REVENUE.spec,
        row: { ...REVENUE.blank, ...this.rowOf(key, applied), generation: this.epoch.generation },
        clock: this.epoch.base + applied,
      })),
    );
  }

  /** Writes every row, then a checkpoint. What it vouches for was published, as nobody goes over it again. */
  async vouch(): Promise<void> {
    await this.publish(false);
    await this.flush(() => true);
    this.checkpoint = this.seq;
    const { logTime, ingest } = stampOf(this.seq);
    const checkpoint = { ...BEGINNING, seq: this.seq, entry: `entry-${this.seq}`, ingest, logTime };
    await this.tables.write([checkpointWrite(this.epoch, this.shard, checkpoint)]);
  }

  /** Rows that changed behind the position, each as it is now. */
  private latest(from: number): [RowKey, number][] {
    const rows = new Map<string, [RowKey, number]>();
    this.changes.forEach((keys, i) => {
      if (i >= from) for (const key of keys) rows.set(`${key.tenant} ${nameOf(key)}`, [key, i + 1]);
    });
    return [...rows.values()];
  }

  private rowOf({ tenant, minute, location }: RowKey, applied: number): Row {
    const sums = Object.fromEntries(REVENUE.sums.map((sum) => [sum, applied]));
    const books = { events: 1, fingerprint: '', applied, entry: `entry-${applied}` };
    const labels = { location_name: location, label_time: START };
    return { tenant, minute, shard: this.shard, location_id: location, ...sums, ...labels, ...books };
  }
}

export function nameOf({ location, minute }: Pick<RowKey, 'location' | 'minute'>): string {
  return `${location} ${minute}`;
}

function stampOf(seq: number): { logTime: number; ingest: number } {
  return { logTime: START + seq, ingest: seq };
}
