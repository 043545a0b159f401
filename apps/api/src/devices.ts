/** Reads the tenant's devices: their missing numbers, and which of them are silent. */
import { Inject, Injectable } from '@nestjs/common';
import { behind, DEVICES, type DeviceRow, deviceReport, partitionOf, type Row } from '@ticketrail/core';
import { Clock, type Epoch, Replica, Tables } from '@ticketrail/pipeline';
import { EPOCH } from '@ticketrail/runtime';
import { asOf } from './standing.js';

/** Rows of a tenant are used again for this long: reading all of them costs. Milliseconds. */
const REUSE_MS = 5_000;

export interface DeviceAnswer {
  as_of: ReturnType<typeof asOf>;
  rows: DeviceRow[];
  row_count: number;
}

@Injectable()
export class Devices {
  private readonly known = new Map<string, { readonly at: number; readonly rows: Promise<Row[]> }>();

  constructor(
    private readonly tables: Tables,
    private readonly replica: Replica,
    private readonly clock: Clock,
    @Inject(EPOCH) private readonly epoch: Epoch,
  ) {}

  /** Every device of the location, or of the tenant. */
  async all(
    tenant: string,
    location: string | undefined,
    limit: number,
    silentAfterMs?: number,
  ): Promise<DeviceAnswer> {
    const rows = location === undefined ? this.ofTenant(tenant) : this.ofLocation(tenant, location);
    return this.answer(await rows, limit, silentAfterMs, () => true);
  }

  /** Those with numbers that never came. */
  async missing(tenant: string, limit: number): Promise<DeviceAnswer> {
    return this.answer(await this.ofTenant(tenant), limit, undefined, ({ missing_count }) => missing_count > 0);
  }

  /** Those that said nothing for longer than they use to. */
  async silent(tenant: string, limit: number, silentAfterMs?: number): Promise<DeviceAnswer> {
    return this.answer(await this.ofTenant(tenant), limit, silentAfterMs, ({ silent_since }) => silent_since !== null);
  }

  private answer(
    found: Row[],
    limit: number,
    silentAfterMs: number | undefined,
    isAsked: (row: DeviceRow) => boolean,
  ): DeviceAnswer {
    const { partitions } = this.replica;
    // How far each device's own partition has come: one that stands still makes nobody silent.
    const rows = deviceReport(found, (shard) => partitions[shard]!.logTime, silentAfterMs).filter(isAsked);
    return { as_of: asOf(partitions), rows: rows.slice(0, limit), row_count: rows.length };
  }

  private ofTenant(tenant: string): Promise<Row[]> {
    const now = this.clock.now();
    const known = this.known.get(tenant);
    if (known !== undefined && now - known.at < REUSE_MS) return known.rows;
    const { generation, partitions } = this.epoch;
    const rows = Promise.all(
      Array.from({ length: partitions }, (_, shard) => this.tables.scan(DEVICES, { generation, tenant, shard })),
    ).then((parts) => parts.flat());
    this.known.set(tenant, { at: now, rows });
    // A failed read is not kept.
    rows.catch(() => this.known.delete(tenant));
    return rows;
  }

  private ofLocation(tenant: string, location: string): Promise<Row[]> {
    const { generation, partitions } = this.epoch;
    const shard = partitionOf(tenant, location, partitions);
    const range = { from: [location], before: [behind(location)] };
    return this.tables.scan(DEVICES, { generation, tenant, shard }, range);
  }
}
