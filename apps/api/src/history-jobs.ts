/**
 * Verifications and recounts as jobs of this process: one at a time, slowly, and ended with it. How far one has come and what
 * it found is kept in memory, for the last few of them.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { parseTime } from '@ticketrail/core';
import {
  Clock,
  type Epoch,
  type Finding,
  type HistoryJobOptions,
  type HistoryProgress,
  Recount,
  SECOND_GENERATIONS,
  Tables,
  Verification,
} from '@ticketrail/pipeline';
import { CONFIG, type Config, EPOCH, Problem, Shutdown } from '@ticketrail/runtime';
import { Pace } from './pace.js';

export type JobKind = 'verification' | 'recount';

export interface JobReport extends Omit<HistoryProgress, 'rowsCompared' | 'rowsMoving' | 'findings'> {
  id: string;
  kind: JobKind;
  state: 'running' | 'done' | 'failed' | 'stopped';
  /** Why it failed, in words. */
  problem: string | null;
  /** The day verified; null for a recount, which is of everything. */
  day: string | null;
  started_at: string;
  ended_at: string | null;
  rows_compared: number;
  rows_moving: number;
  /** All of them; `findings` holds the first. */
  finding_count: number;
  findings: readonly Finding[];
}

interface Job {
  readonly id: string;
  readonly kind: JobKind;
  readonly tenant: string;
  readonly day: number | undefined;
  readonly startedAt: number;
  readonly work: Verification | Recount;
  readonly stop: AbortController;
  state: JobReport['state'];
  problem: string | null;
  endedAt: number | undefined;
}

/** Of one core. */
const WORK_SHARE = 0.5;
/** Rows of the second fold in memory. */
const ROWS_MAX = 100_000;
const JOBS_KEPT_MAX = 20;

@Injectable()
export class HistoryJobs {
  private readonly logger = new Logger('history');
  private readonly jobs: Job[] = [];
  private running: Promise<void> | undefined;

  constructor(
    private readonly tables: Tables,
    private readonly clock: Clock,
    @Inject(EPOCH) private readonly epoch: Epoch,
    @Inject(CONFIG) private readonly config: Config,
    shutdown: Shutdown,
  ) {
    shutdown.at('serving', 'verification', async () => {
      for (const { stop } of this.jobs) stop.abort();
      await this.running;
    });
  }

  /** Throws Problem while another one runs. @param day start of a day (UTC), epoch milliseconds */
  startVerification(tenant: string, day: number): JobReport {
    return this.start('verification', tenant, day);
  }

  /** Throws Problem while another one runs. */
  startRecount(tenant: string): JobReport {
    return this.start('recount', tenant, undefined);
  }

  /** The tenant's job; throws Problem when there is no such one (any more). */
  report(kind: JobKind, tenant: string, id: string): JobReport {
    const job = this.jobs.find((known) => known.id === id && known.kind === kind && known.tenant === tenant);
    if (job === undefined) throw new Problem('not_found', `There is no ${kind} '${id.slice(0, 64)}' here.`);
    return reportOf(job);
  }

  /** Ends the tenant's job before it is done. */
  stop(kind: JobKind, tenant: string, id: string): JobReport {
    this.report(kind, tenant, id);
    this.jobs.find((job) => job.id === id)!.stop.abort();
    return this.report(kind, tenant, id);
  }

  private start(kind: JobKind, tenant: string, day: number | undefined): JobReport {
    if (this.running !== undefined) {
      throw new Problem('too_many_requests', 'A verification or recount is running; one at a time.', 5);
    }
    const ports = { tables: this.tables, clock: this.clock };
    const work =
      day === undefined
        ? new Recount(ports, this.epoch, this.options())
        : new Verification(ports, this.epoch, tenant, day, this.options());
    const job: Job = {
      id: randomUUID(),
      kind,
      tenant,
      day,
      startedAt: this.clock.now(),
      work,
      stop: new AbortController(),
      state: 'running',
      problem: null,
      endedAt: undefined,
    };
    this.jobs.unshift(job);
    this.jobs.length = Math.min(this.jobs.length, JOBS_KEPT_MAX);
    this.running = this.run(job).finally(() => (this.running = undefined));
    return reportOf(job);
  }

  private async run(job: Job): Promise<void> {
    try {
      await job.work.run(job.stop.signal);
      job.state = job.stop.signal.aborted ? 'stopped' : 'done';
      const { findings } = job.work.findings.progress;
      if (findings > 0) this.logger.error(`${job.kind} ${job.id}: ${findings} findings`);
    } catch (error) {
      this.logger.error(`${job.kind} ${job.id}: ${error instanceof Error ? error.stack : String(error)}`);
      job.state = 'failed';
      job.problem = error instanceof Error && 'code' in error ? error.message : 'It failed; the reason was logged.';
    }
    job.endedAt = this.clock.now();
  }

  private options(): HistoryJobOptions {
    return {
      generation: randomInt(SECOND_GENERATIONS, 2 ** 31 - 1),
      skewMs: this.config.skewMs,
      rowsMax: ROWS_MAX,
      breathe: new Pace(this.clock, WORK_SHARE).breathe,
    };
  }
}

function reportOf({ id, kind, tenant, state, problem, day, startedAt, endedAt, work }: Job): JobReport {
  const { fraction, pages, events, rowsCompared, rowsMoving } = work.findings.progress;
  // A recount is of everybody's rows; each is told of its own.
  const findings = work.findings.kept.filter(({ key }) => key['tenant'] === undefined || key['tenant'] === tenant);
  const others = work.findings.kept.length - findings.length;
  return {
    id,
    kind,
    state,
    problem,
    day: day === undefined ? null : new Date(day).toISOString().slice(0, 10),
    started_at: new Date(startedAt).toISOString(),
    ended_at: endedAt === undefined ? null : new Date(endedAt).toISOString(),
    fraction: Math.round(fraction * 10_000) / 10_000,
    pages,
    events,
    rows_compared: rowsCompared,
    rows_moving: rowsMoving,
    finding_count: work.findings.progress.findings - others,
    findings,
  };
}

/** Start of a day written YYYY-MM-DD; undefined for anything else. */
export function parseDay(text: string): number | undefined {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? parseTime(`${text}T00:00:00.000Z`) : undefined;
}
