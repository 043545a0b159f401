/**
 * Health that tells the truth. Live: the process answers. Ready: every part says that it does its work, with a reason when it
 * does not. Parts register their checks, so that several of them in one process answer together.
 */
import { Controller, Get, Injectable, Res, ServiceUnavailableException } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheckService, type HealthIndicatorResult } from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';

/** What is wrong now, or undefined. */
export type Check = () => string | undefined;

@Injectable()
export class Readiness {
  private readonly checks = new Map<string, Check>();
  private readonly remarks = new Map<string, Check>();

  register(name: string, check: Check): void {
    this.checks.set(name, check);
  }

  /** What somebody should look at though the part does its work. */
  describe(name: string, remark: Check): void {
    this.remarks.set(name, remark);
  }

  /** The names of the checks. */
  get checked(): string[] {
    return [...this.checks.keys()];
  }

  /** By check: what is wrong now. */
  problems(): Record<string, string> {
    const found: Record<string, string> = {};
    for (const [name, check] of this.checks) {
      const problem = check();
      if (problem !== undefined) found[name] = problem;
    }
    return found;
  }

  indicators(): (() => HealthIndicatorResult)[] {
    const remarks = [...this.remarks].map(([name, remark]) => (): HealthIndicatorResult => {
      const said = remark();
      return { [name]: { status: 'up', ...(said === undefined ? {} : { remark: said }) } };
    });
    const checks = [...this.checks].map(([name, check]) => (): HealthIndicatorResult => {
      const problem = check();
      return problem === undefined ? { [name]: { status: 'up' } } : { [name]: { status: 'down', problem } };
    });
    return [...checks, ...remarks];
  }
}

@ApiTags('operation')
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly readiness: Readiness,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the process answers' })
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether every part does its work; 503 with the reason when one does not' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    try {
      return await this.health.check(this.readiness.indicators());
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      // Not an error of the request: the answer is the list of what is wrong.
      void reply.status(503);
      return error.getResponse();
    }
  }
}
