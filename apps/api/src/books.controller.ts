/** What was changed late, what never came, and who fell silent. */
import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiOkResponse,
  ApiOperation,
  ApiPropertyOptional,
  ApiResponse,
  ApiTags,
  PickType,
} from '@nestjs/swagger';
import { MINUTE_MS, parseSpan } from '@ticketrail/core';
import { KeyGuard, Tenant } from '@ticketrail/runtime';
import { IsOptional } from 'class-validator';
import { Devices } from './devices.js';
import { Figures, iso } from './figures.js';
import { dated, type FieldTypes, report } from './openapi.js';
import { IsParsedBy, LocationQuery } from './queries.js';
import { Restatements } from './restatements.js';

const LIST_LIMIT = 100;
const DEVICES_LIMIT = 1_000;

class DevicesQuery extends PickType(LocationQuery, ['location_id', 'limit'] as const) {
  @ApiPropertyOptional({
    description:
      'Silent is who said nothing for this long; by default ten times its usual gap, at least 15m, at most 1d.',
    example: '15m',
  })
  @IsOptional()
  @IsParsedBy(parseSpan, 'silent_after must be a number of minutes, hours or days such as 15m, 2h or 1d')
  silent_after?: string;
}

const RESTATEMENT: FieldTypes = {
  restated_at: 'string',
  minute: 'string',
  location_id: 'string',
  location_name: 'string',
  events: 'integer',
  revenue: 'number',
  net_sales: 'number',
  tax: 'number',
  tips: 'number',
  refunds: 'number',
  payments: 'integer',
  order_count: 'integer',
  tables_seated: 'integer',
  orders_placed: 'integer',
  orders_completed: 'integer',
  item_quantity: 'number',
  item_amount: 'number',
  samples_moved: 'integer',
  feedback_responses: 'integer',
  position: 'object',
};

/** A report with a word on how far it goes. */
const RESTATEMENTS = report(RESTATEMENT, {
  is_complete: {
    type: 'boolean',
    description: 'Whether row_count and totals are of the whole window; else of its newest part.',
  },
});

const DEVICE: FieldTypes = {
  location_id: 'string',
  device_id: 'string',
  events: 'integer',
  last_seq: 'integer',
  missing: 'array',
  missing_count: 'integer',
  missing_beyond: 'integer',
  last_event_at: 'string',
  last_seen_at: 'string',
  usual_gap_seconds: 'integer',
  silent_since: 'string?',
};

@ApiTags('books')
@ApiBearerAuth('bearer')
@ApiResponse({ status: 400, description: 'A parameter makes no sense (problem+json)' })
@ApiResponse({ status: 401, description: 'No key, or an unknown one (problem+json)' })
@Controller('v1')
@UseGuards(KeyGuard)
export class BooksController {
  constructor(
    private readonly figures: Figures,
    private readonly restatements: Restatements,
    private readonly devices: Devices,
  ) {}

  @Get('restatements')
  @ApiOperation({
    summary: 'What changed in a minute after it was settled, the newest first (24h of log time, the first 100)',
  })
  @ApiOkResponse({ schema: RESTATEMENTS })
  async restated(@Tenant() tenant: string, @Query() query: LocationQuery) {
    const window = this.figures.window(query, '24h', MINUTE_MS);
    const list = await this.restatements.list(tenant, window, query.location_id, query.limit ?? LIST_LIMIT);
    return { window: iso(window), ...(await this.figures.standing(tenant, window)), ...list };
  }

  @Get('devices')
  @ApiOperation({
    summary: 'Terminals that number their events (device_id, device_seq), and the numbers that never came',
  })
  @ApiOkResponse({ schema: dated(DEVICE) })
  all(@Tenant() tenant: string, @Query() query: DevicesQuery) {
    return this.devices.all(tenant, query.location_id, query.limit ?? DEVICES_LIMIT, silentAfterOf(query));
  }

  @Get('devices/missing')
  @ApiOperation({ summary: 'Only terminals with numbers that never came' })
  @ApiOkResponse({ schema: dated(DEVICE) })
  missing(@Tenant() tenant: string, @Query() query: DevicesQuery) {
    return this.devices.missing(tenant, query.limit ?? DEVICES_LIMIT);
  }

  @Get('devices/silent')
  @ApiOperation({ summary: 'Only terminals that said nothing for longer than they use to' })
  @ApiOkResponse({ schema: dated(DEVICE) })
  silent(@Tenant() tenant: string, @Query() query: DevicesQuery) {
    return this.devices.silent(tenant, query.limit ?? DEVICES_LIMIT, silentAfterOf(query));
  }
}

function silentAfterOf({ silent_after }: DevicesQuery): number | undefined {
  return silent_after === undefined ? undefined : parseSpan(silent_after);
}
