/** Verifications and recounts: started with POST, watched with GET, ended early with DELETE. */
import { Controller, Delete, Get, HttpCode, Param, Post, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiResponse, ApiTags } from '@nestjs/swagger';
import { KeyGuard, Tenant } from '@ticketrail/runtime';
import { HistoryJobs, parseDay } from './history-jobs.js';
import { IsParsedBy } from './queries.js';

class VerificationQuery {
  @ApiProperty({ description: 'The day (UTC) to verify.', example: '2026-11-20' })
  @IsParsedBy(parseDay, 'day must be a day such as 2026-11-20')
  day!: string;
}

const FINDING = {
  type: 'object',
  required: ['table', 'key', 'column', 'expected', 'found'],
  properties: {
    table: { type: 'string' },
    key: { type: 'object', description: "The row's key." },
    column: { type: 'string', description: '`row` when a whole row is missing, or should not be there.' },
    expected: { description: 'What the history gives; null when there should be no such row.', nullable: true },
    found: { description: 'What is stored; null when there is no such row.', nullable: true },
  },
};

const NUMBERS = ['fraction', 'pages', 'events', 'rows_compared', 'rows_moving', 'finding_count'];
const JOB = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    kind: { type: 'string', enum: ['verification', 'recount'] },
    state: { type: 'string', enum: ['running', 'done', 'failed', 'stopped'] },
    problem: { type: 'string', nullable: true },
    day: { type: 'string', nullable: true },
    started_at: { type: 'string', format: 'date-time' },
    ended_at: { type: 'string', format: 'date-time', nullable: true },
    ...Object.fromEntries(NUMBERS.map((name) => [name, { type: 'number' }])),
    findings: { type: 'array', items: FINDING, description: 'The first of them.' },
  },
};

@ApiTags('receipts')
@ApiBearerAuth('bearer')
@ApiResponse({ status: 401, description: 'No key, or an unknown one (problem+json)' })
@ApiResponse({ status: 404, description: 'No such job here (problem+json)' })
@ApiResponse({ status: 429, description: 'Another one is running (problem+json)' })
@Controller('v1')
@UseGuards(KeyGuard)
export class HistoryJobsController {
  constructor(private readonly jobs: HistoryJobs) {}

  @Post('verifications')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Verifies a day: every page, its index, the books, and every row recounted from its events',
  })
  @ApiResponse({ status: 202, schema: JOB })
  verify(@Tenant() tenant: string, @Query() { day }: VerificationQuery) {
    return this.jobs.startVerification(tenant, parseDay(day)!);
  }

  @Get('verifications/:id')
  @ApiOperation({ summary: 'How far a verification has come, and what it found' })
  @ApiOkResponse({ schema: JOB })
  verification(@Tenant() tenant: string, @Param('id') id: string) {
    return this.jobs.report('verification', tenant, id);
  }

  @Delete('verifications/:id')
  @ApiOperation({ summary: 'Ends a verification before it is done' })
  @ApiOkResponse({ schema: JOB })
  stopVerification(@Tenant() tenant: string, @Param('id') id: string) {
    return this.jobs.stop('verification', tenant, id);
  }

  @Post('recounts')
  @HttpCode(202)
  @ApiOperation({ summary: 'Folds the whole history again, beside the live rows, and compares every row' })
  @ApiResponse({ status: 202, schema: JOB })
  recount(@Tenant() tenant: string) {
    return this.jobs.startRecount(tenant);
  }

  @Get('recounts/:id')
  @ApiOperation({ summary: 'How far a recount has come, and what it found' })
  @ApiOkResponse({ schema: JOB })
  recounted(@Tenant() tenant: string, @Param('id') id: string) {
    return this.jobs.report('recount', tenant, id);
  }

  @Delete('recounts/:id')
  @ApiOperation({ summary: 'Ends a recount before it is done' })
  @ApiOkResponse({ schema: JOB })
  stopRecount(@Tenant() tenant: string, @Param('id') id: string) {
    return this.jobs.stop('recount', tenant, id);
  }
}
