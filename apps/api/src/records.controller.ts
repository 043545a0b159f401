/** Single things rather than figures: an order, and what was refused. */
import { Controller, Get, Inject, Param, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DAY_MS, MINUTE_MS, orderReports, orderRows, REJECTIONS } from '@ticketrail/core';
import { type Epoch, Replica, Tables } from '@ticketrail/pipeline';
import { CONFIG, type Config, EPOCH, KeyGuard, Problem, Tenant } from '@ticketrail/runtime';
import { Figures, iso } from './figures.js';
import { InFlight } from './in-flight.js';
import { ReportQuery } from './queries.js';
import { asOf, standing } from './standing.js';

@ApiTags('records')
@ApiBearerAuth('bearer')
@ApiResponse({ status: 401, description: 'No key, or an unknown one (problem+json)' })
@Controller('v1')
@UseGuards(KeyGuard)
export class RecordsController {
  constructor(
    private readonly tables: Tables,
    private readonly replica: Replica,
    private readonly figures: Figures,
    private readonly inFlight: InFlight,
    @Inject(EPOCH) private readonly epoch: Epoch,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('orders/:order_id')
  @ApiOperation({ summary: 'The state of one order, whatever order its events came in' })
  @ApiResponse({ status: 404, description: 'No event of such an order was counted (problem+json)' })
  async order(@Tenant() tenant: string, @Param('order_id') orderId: string) {
    const { generation, partitions } = this.epoch;
    // Which shard an order is of follows from its location, and the location is not known.
    const shards = Array.from({ length: partitions }, (_, shard) => shard);
    const sets = await this.tables.scanSets(shards.map((shard) => orderRows(generation, shard, tenant, orderId)));
    const [first, ...others] = orderReports(sets.flat());
    if (first === undefined)
      throw new Problem('not_found', `No event of an order '${orderId.slice(0, 128)}' was counted.`);
    // Two locations may use one order_id; they are two orders.
    return {
      ...first,
      ...(others.length === 0 ? {} : { same_id_elsewhere: others }),
      as_of: asOf(await this.replica.checkpoints()),
    };
  }

  @Get('rejections')
  @ApiOperation({
    summary: 'What was refused, why, and what it said, the newest first (24h of arrival, the first 100)',
  })
  async rejections(@Tenant() tenant: string, @Query() query: ReportQuery) {
    const window = this.figures.window(query, '24h', MINUTE_MS);
    const limit = query.limit ?? 100;
    const days: number[] = [];
    for (let day = Math.floor((window.to - 1) / DAY_MS) * DAY_MS; day + DAY_MS > window.from; day -= DAY_MS)
      days.push(day);
    const found = [];
    for (const day of days) {
      for (let shard = 0; shard < this.epoch.partitions; shard++) {
        const partition = { generation: this.epoch.generation, tenant, day, shard };
        found.push(...(await this.tables.scan(REJECTIONS, partition, { reverse: true, limit })));
      }
      if (found.length >= limit) break;
    }
    const rows = found
      .filter((row) => (row['at'] as number) >= window.from && (row['at'] as number) < window.to)
      .sort((a, b) => (b['at'] as number) - (a['at'] as number) || (a['place'] as number) - (b['place'] as number))
      .slice(0, limit)
      .map((row) => ({
        at: new Date(row['at'] as number).toISOString(),
        partition: row['shard'],
        position: row['seq'],
        index: row['place'],
        reason: row['reason'],
        message: row['message'],
        payload: row['payload'],
      }));
    const stands = await this.replica.checkpoints();
    const inFlight = this.inFlight.count(tenant);
    return {
      window: iso(window),
      ...standing(stands, window, inFlight, this.config.latenessMs),
      rows,
      row_count: rows.length,
    };
  }
}
