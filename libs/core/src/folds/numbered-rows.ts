/** The rows of numbered senders in memory: collectors by their messages, devices by their events. */
import { messagesSettledIn, type SettledBatch } from '../batches.js';
import { COLLECTOR_NUMBERS, DEVICES } from '../tables/catalogue.js';
import type { Key, Row, TableSpec } from '../tables/spec.js';
import { CollectorState, parseMessageId } from './collector-numbers.js';
import { DeviceState, isNumbered } from './device-numbers.js';
import type { ChangedRow } from './changed-rows.js';
import type { MemoryLimits } from './memory-limits.js';
import type { SettledEntry } from './settled-entry.js';
import { ANY_TIME, HeldBytes, type LettingGo, RowCache } from './row-cache.js';

export interface NumberedRowsOptions extends Pick<MemoryLimits, 'ordersMax' | 'ordersBytesMax'> {
  readonly generation: number;
  readonly shard: number;
}

/** A row that must be read, and supplied whether it was found or not, before the entry can be folded. */
export interface WantedNumbers {
  readonly table: TableSpec;
  readonly key: Key;
  readonly text: string;
}

export class NumberedRows {
  private readonly collectors: RowCache<CollectorState>;
  private readonly devices: RowCache<DeviceState>;
  private readonly held: HeldBytes;
  private toWrite: (CollectorState | DeviceState)[] = [];

  constructor(
    private readonly options: NumberedRowsOptions,
    since: number,
  ) {
    this.held = new HeldBytes(options.ordersBytesMax);
    const limits = { rowsMax: options.ordersMax, held: this.held };
    this.collectors = new RowCache(since, limits, ANY_TIME, ({ collector, boot }) => collectorKey(collector, boot));
    this.devices = new RowCache(since, limits, ANY_TIME, ({ tenant, locationId, deviceId }) =>
      deviceKey(tenant, locationId, deviceId),
    );
  }

  /** Rows in memory. */
  get size(): number {
    return this.collectors.size + this.devices.size;
  }

  /** Roughly how much memory they take. */
  get bytes(): number {
    return this.held.bytes;
  }

  get isCrowded(): boolean {
    return this.held.isCrowded;
  }

  get dirtyRows(): number {
    return this.toWrite.length;
  }

  /** Rows the batch touches that are not in memory. */
  wanted(batch: SettledBatch): WantedNumbers[] {
    const { generation, shard } = this.options;
    const wanted = new Map<string, WantedNumbers>();
    for (const { ingest_id } of messagesSettledIn(batch)) {
      const message = parseMessageId(ingest_id);
      if (message === undefined) continue;
      const { collector, boot } = message;
      const text = collectorKey(collector, boot);
      if (this.collectors.get(text) === undefined) {
        if (this.collectors.isNew(Number.NEGATIVE_INFINITY)) {
          this.collectors.set(text, new CollectorState(collector, boot));
        } else {
          wanted.set(text, { table: COLLECTOR_NUMBERS, key: { generation, shard, collector, boot }, text });
        }
      }
    }
    for (const { tenant, events } of batch.parts) {
      for (const event of events) {
        if (!isNumbered(event)) continue;
        const { location_id, device_id } = event;
        const text = deviceKey(tenant, location_id, device_id);
        if (this.devices.get(text) !== undefined) continue;
        if (this.devices.isNew(Number.NEGATIVE_INFINITY)) {
          this.devices.set(text, new DeviceState(tenant, location_id, device_id));
        } else {
          wanted.set(text, { table: DEVICES, key: { generation, tenant, shard, location_id, device_id }, text });
        }
      }
    }
    return [...wanted.values()];
  }

  supply({ table, key, text }: WantedNumbers, row: Row | undefined): void {
    const named = key as { tenant: string; location_id: string; device_id: string; collector: string; boot: string };
    if (table === COLLECTOR_NUMBERS) {
      this.collectors.set(text, new CollectorState(named.collector, named.boot, row));
    } else {
      this.devices.set(text, new DeviceState(named.tenant, named.location_id, named.device_id, row));
    }
  }

  /** Takes the entry's numbers; every row that was wanted has been supplied. */
  fold({ seq, id, batch }: SettledEntry): void {
    for (const { ingest_id, given_up } of messagesSettledIn(batch)) {
      const message = parseMessageId(ingest_id);
      if (message === undefined) continue;
      const collector = this.collectors.get(collectorKey(message.collector, message.boot))!;
      collector.put(message.n, given_up, batch.log_time, seq, id);
      this.mark(collector, seq);
    }
    for (const { tenant, events } of batch.parts) {
      for (const event of events) {
        if (!isNumbered(event)) continue;
        const device = this.devices.get(deviceKey(tenant, event.location_id, event.device_id))!;
        device.put(event, batch.log_time, seq, id);
        this.mark(device, seq);
      }
    }
  }

  takeChanged(changed: ChangedRow[]): void {
    const { generation, shard } = this.options;
    for (const state of this.toWrite) {
      state.toWrite = false;
      changed.push({ table: state.table, row: state.row(generation, shard), time: state.time });
    }
    this.toWrite = [];
  }

  get caches(): readonly LettingGo[] {
    return [this.collectors, this.devices];
  }

  private mark(state: CollectorState | DeviceState, seq: number): void {
    if (state.toWrite || seq <= state.gate) return;
    state.toWrite = true;
    this.toWrite.push(state);
  }
}

function collectorKey(collector: string, boot: string): string {
  return `${collector}\u0000${boot}`;
}

function deviceKey(tenant: string, locationId: string, deviceId: string): string {
  return `${tenant}\u0000${locationId}\u0000${deviceId}`;
}
