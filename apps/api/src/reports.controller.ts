import { applyDecorators, Controller, Get, Param, Query, UseGuards, UseInterceptors } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { KeyGuard, Tenant } from '@ticketrail/runtime';
import { CsvInterceptor } from './csv.interceptor.js';
import { Figures } from './figures.js';
import { JsonInterceptor } from './json.interceptor.js';
import { LOADING_RESPONSE, LoadingInterceptor } from './loading.interceptor.js';
import { LocationQuery, ReportQuery, WindowQuery } from './queries.js';
import { report, type FieldTypes } from './openapi.js';
import { ReportSpanInterceptor } from './report-span.interceptor.js';

/** A report's route: its path, what it answers, and the fields of its rows. */
function Report(path: string, summary: string, row: FieldTypes): MethodDecorator {
  return applyDecorators(Get(path), ApiOperation({ summary }), ApiOkResponse({ schema: report(row) }));
}

const PLACE: FieldTypes = { location_id: 'string', location_name: 'string' };
const MONEY: FieldTypes = {
  revenue: 'number',
  order_count: 'integer',
  net_sales: 'number',
  tax: 'number',
  tips: 'number',
};
const PERCENTILES: FieldTypes = { p50_minutes: 'number?', p90_minutes: 'number?', p99_minutes: 'number?' };

@ApiTags('reports')
@ApiBearerAuth('bearer')
@ApiResponse({ status: 400, description: 'A parameter makes no sense (problem+json)' })
@ApiResponse({ status: 401, description: 'No key, or an unknown one (problem+json)' })
@ApiResponse(LOADING_RESPONSE)
@Controller('v1')
@UseGuards(KeyGuard)
@UseInterceptors(JsonInterceptor, CsvInterceptor, LoadingInterceptor, ReportSpanInterceptor)
export class ReportsController {
  constructor(private readonly figures: Figures) {}

  @Report('revenue/live', 'Revenue by location over the last minutes (5m)', { ...PLACE, ...MONEY })
  revenue(@Tenant() tenant: string, @Query() query: LocationQuery) {
    return this.figures.revenue(tenant, query);
  }

  @Report('revenue/series', 'Revenue minute by minute (1h)', { minute: 'string', ...MONEY })
  series(@Tenant() tenant: string, @Query() query: LocationQuery) {
    return this.figures.series(tenant, query, '1h');
  }

  @Report('locations/:location_id/revenue', "One location's revenue minute by minute (24h)", {
    minute: 'string',
    ...MONEY,
  })
  location(@Tenant() tenant: string, @Param('location_id') locationId: string, @Query() query: ReportQuery) {
    return this.figures.series(tenant, { ...query, location_id: locationId }, '24h');
  }

  @Report('funnel', 'Seated, placed, completed, paid by location (1h)', {
    ...PLACE,
    tables_seated: 'integer',
    orders_placed: 'integer',
    orders_completed: 'integer',
    payments: 'integer',
    conversion_rate_seated_to_order: 'number?',
    conversion_rate_order_to_completed: 'number?',
    conversion_rate_order_to_payment: 'number?',
  })
  funnel(@Tenant() tenant: string, @Query() query: LocationQuery) {
    return this.figures.funnel(tenant, query);
  }

  @Report('items/trending', 'Items by quantity sold (30m, the first 10)', {
    item_id: 'string',
    item_name: 'string',
    category: 'string',
    total_quantity: 'integer',
    order_count: 'integer',
  })
  items(@Tenant() tenant: string, @Query() query: ReportQuery) {
    return this.figures.items(tenant, query);
  }

  @Report('wait-times', 'Minutes from seating to order completed, by location and local hour of the seating (24h)', {
    ...PLACE,
    hour_of_day: 'integer',
    samples: 'integer',
    ...PERCENTILES,
  })
  waits(@Tenant() tenant: string, @Query() query: LocationQuery) {
    return this.figures.waits(tenant, query);
  }

  @Report('kitchen', "The kitchen's own minutes, by location and local hour (24h)", {
    ...PLACE,
    hour_of_day: 'integer',
    samples: 'integer',
    ...PERCENTILES,
  })
  kitchen(@Tenant() tenant: string, @Query() query: LocationQuery) {
    return this.figures.kitchen(tenant, query);
  }

  @Report('turnover', 'How long tables are held, from seating to the last payment, by location and local hour (24h)', {
    ...PLACE,
    hour_of_day: 'integer',
    visits: 'integer',
    samples: 'integer',
    p50_minutes: 'number?',
    p90_minutes: 'number?',
  })
  turnover(@Tenant() tenant: string, @Query() query: LocationQuery) {
    return this.figures.turnover(tenant, query);
  }

  @Report('payments/mix', 'How people pay (whole UTC days, 1d)', {
    payment_method: 'string',
    provider: 'string',
    payments: 'integer',
    amount: 'number',
    tips: 'number',
    refunds: 'number',
    share: 'number?',
  })
  payments(@Tenant() tenant: string, @Query() query: LocationQuery) {
    return this.figures.payments(tenant, query);
  }

  @Report('feedback', 'Ratings and net promoter score by location (whole UTC days, 7d)', {
    ...PLACE,
    responses: 'integer',
    average_rating: 'number?',
    nps: 'number?',
    promoters: 'integer',
    passives: 'integer',
    detractors: 'integer',
  })
  feedback(@Tenant() tenant: string, @Query() query: LocationQuery) {
    return this.figures.feedback(tenant, query);
  }

  @Report('ledger', 'The books by minute of arrival: accepted = applied + duplicates + rejected + in_flight (24h)', {
    minute: 'string',
    accepted: 'integer',
    applied: 'integer',
    duplicates: 'integer',
    rejected: 'integer',
  })
  ledger(@Tenant() tenant: string, @Query() query: WindowQuery) {
    return this.figures.ledger(tenant, query);
  }
}
