/** `GET /v1/receipts/{report}`: the events behind a figure, and a recount of them that must give it. */
import { Controller, Get, Param, Query, Req, UseGuards, UseInterceptors } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { DAY_MS, formOf, RECEIPT_FORMS, type ReceiptQuestion, type ReceiptReport } from '@ticketrail/core';
import {
  type How,
  type Receipt,
  type ReceiptLine,
  Receipts,
  ReceiptTooLong,
  Replica,
  type Shown,
} from '@ticketrail/pipeline';
import { KeyGuard, Problem, Tenant } from '@ticketrail/runtime';
import type { FastifyRequest } from 'fastify';
import { asksForCsv, CsvInterceptor } from './csv.interceptor.js';
import { Figures, iso } from './figures.js';
import { LOADING_RESPONSE, LoadingInterceptor } from './loading.interceptor.js';
import { LIMIT_MAX } from './queries.js';
import { cursorOf, parseAsOf, parseCursor, ReceiptQuery } from './receipt-query.js';
import { RECEIPT_SCHEMA } from './receipt-schema.js';

/** Events of an answer when no limit is asked for. */
const LIMIT = 200;

/** The longest window of a receipt. */
const WINDOW_MAX_MS = 31 * DAY_MS;

@ApiTags('receipts')
@ApiBearerAuth('bearer')
@ApiResponse({
  status: 400,
  description: 'A parameter makes no sense, or the figure has too many events (problem+json)',
})
@ApiResponse({ status: 401, description: 'No key, or an unknown one (problem+json)' })
@ApiResponse(LOADING_RESPONSE)
@Controller('v1')
@UseGuards(KeyGuard)
@UseInterceptors(CsvInterceptor, LoadingInterceptor)
export class ReceiptsController {
  constructor(
    private readonly receipts: Receipts,
    private readonly replica: Replica,
    private readonly figures: Figures,
  ) {}

  @Get('receipts/:report')
  @ApiOperation({ summary: 'Why a figure is what it is: its events, and a recount of them by the same fold' })
  @ApiParam({ name: 'report', enum: Object.keys(RECEIPT_FORMS) })
  @ApiProduces('application/json', 'text/csv')
  @ApiOkResponse({ schema: RECEIPT_SCHEMA })
  async receipt(
    @Tenant() tenant: string,
    @Param('report') report: string,
    @Query() query: ReceiptQuery,
    @Req() request: FastifyRequest,
  ) {
    const question = this.questionOf(tenant, report, query);
    const cursor = query.cursor === undefined ? undefined : parseCursor(query.cursor);
    const asOf = cursor?.asOf ?? parseAsOf(query.as_of);
    const receipt = await this.receiptOf(question, asOf);
    const offset = cursor?.offset ?? 0;
    const end = offset + (query.limit ?? (asksForCsv(request) ? LIMIT_MAX : LIMIT));
    const cursorAsOf = { ...asOf, positions: receipt.asOf.positions };
    return {
      report,
      key: keyOf(question),
      window: iso(question.window),
      as_of: asOfOf(receipt),
      figure: receipt.figure,
      recounted: receipt.recounted,
      equal: receipt.equal,
      stored: receipt.stored,
      differences: receipt.differences,
      problems: receipt.problems,
      event_count: receipt.lines.length,
      totals: totalsOf(receipt),
      events: receipt.lines.slice(offset, end).map(eventOf),
      next_cursor: end < receipt.lines.length ? cursorOf(end, cursorAsOf) : null,
    };
  }

  private questionOf(tenant: string, report: string, query: ReceiptQuery): ReceiptQuestion {
    if (!Object.hasOwn(RECEIPT_FORMS, report)) {
      throw new Problem(
        'not_found',
        `There is no receipt for '${report.slice(0, 64)}'; there are ${Object.keys(RECEIPT_FORMS).join(', ')}.`,
      );
    }
    const named = report as ReceiptReport;
    const { by, span, grainMs } = formOf(named);
    const window = this.figures.window(query, span, grainMs);
    if (window.to - window.from > WINDOW_MAX_MS) throw new Problem('bad_request', 'A receipt is of 31 days at most.');
    if (by === 'location' && query.location_id === undefined) {
      throw new Problem(
        'bad_request',
        `A receipt for ${report} needs a location_id (empty for what happened at no place).`,
      );
    }
    if (by === 'item' && query.item_id === undefined) {
      throw new Problem('bad_request', `A receipt for ${report} needs an item_id.`);
    }
    return {
      tenant,
      report: named,
      window,
      ...(by === 'location' ? { locationId: query.location_id! } : {}),
      ...(by === 'item' ? { itemId: query.item_id! } : {}),
    };
  }

  /** What the report shows now of a window in memory; undefined for older ones, whose history is long written. */
  private async shownOf(question: ReceiptQuestion): Promise<Shown | undefined> {
    const { tenant, report, window, locationId, itemId } = question;
    const form = formOf(report);
    if (!this.replica.holds(form.table, window.from)) return undefined;
    const { rows, stands } = await this.replica.rows(form.table, tenant, window, 'minutes', locationId);
    const asked = rows.filter((row) => {
      const hour = row['hour'] as number | undefined;
      const isInWindow = hour === undefined || (hour >= window.from && hour < window.to);
      return isInWindow && (itemId === undefined || row['item_id'] === itemId);
    });
    return { figure: form.figure(asked, window), positions: stands.map(({ seq }) => seq) };
  }

  private async receiptOf(question: ReceiptQuestion, asOf: ReturnType<typeof parseAsOf>): Promise<Receipt> {
    try {
      const isNow = asOf.logTime === undefined && asOf.positions === undefined;
      return await this.receipts.receipt(question, asOf, isNow ? await this.shownOf(question) : undefined);
    } catch (error) {
      if (!(error instanceof ReceiptTooLong)) throw error;
      throw new Problem('bad_request', `For this window ${error.message}; ask for a shorter one.`);
    }
  }
}

function keyOf({ locationId, itemId }: ReceiptQuestion): Record<string, string> {
  return {
    ...(locationId === undefined ? {} : { location_id: locationId }),
    ...(itemId === undefined ? {} : { item_id: itemId }),
  };
}

function asOfOf({ asOf }: Receipt): { log_time: string | null; positions: Record<string, number> } {
  return {
    log_time: asOf.logTime > 0 ? new Date(asOf.logTime).toISOString() : null,
    positions: Object.fromEntries([...asOf.positions].map(([shard, seq]) => [String(shard), seq])),
  };
}

function totalsOf({ lines, contribution }: Receipt): Record<How, number> & { contribution: Receipt['contribution'] } {
  const counts: Record<How, number> = { applied: 0, late: 0, duplicate: 0, void: 0, refund: 0, rejected: 0 };
  for (const { how } of lines) counts[how]++;
  return { ...counts, contribution };
}

function eventOf(line: ReceiptLine) {
  return {
    event_id: line.event_id,
    event_type: line.event_type,
    time: line.time === undefined ? null : new Date(line.time).toISOString(),
    location_id: line.location_id,
    order_id: line.order_id ?? null,
    how: line.how,
    contribution: line.contribution,
    log_time: new Date(line.log_time).toISOString(),
    position: line.position,
    entry: line.entry,
    first: line.first ?? null,
  };
}
