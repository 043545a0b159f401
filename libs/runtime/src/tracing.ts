/**
 * Traces of this process: off, and then without any work, unless an endpoint takes them. A service injects it and hands its
 * `tracer` to the loops.
 */
import type { SpanOptions, Tracer } from '@ticketrail/pipeline';
import type { Config } from './config.js';

/** The span of one HTTP request. */
export interface RequestSpan {
  readonly traceparent: string;
  /** Ends it. @param status of the answer; from 500 on it failed */
  answered(status: number): void;
}

export interface RequestTracer extends Tracer {
  /** @param traceparent the sender's. Undefined where the trace is not kept: then nothing that follows from it is either. */
  request(
    name: string,
    traceparent: string | undefined,
    attributes: SpanOptions['attributes'],
  ): RequestSpan | undefined;
}

/** An endpoint that is away must not hold the end of a process: its traces are lost then. Milliseconds. */
const CLOSE_MS_MAX = 1_000;

export class Tracing {
  private constructor(
    /** Undefined while traces are off. */
    readonly tracer: RequestTracer | undefined,
    private readonly end: () => Promise<void>,
  ) {}

  static readonly OFF = new Tracing(undefined, async () => undefined);

  /** @param role of the process, such as `collector`: its service is `ticketrail-<role>` */
  static async start({ otlpEndpoint, cluster }: Config, role: string): Promise<Tracing> {
    if (otlpEndpoint === undefined) return Tracing.OFF;
    const { OtelTracer } = await import('./otel-tracer.js');
    const tracer = new OtelTracer({
      endpoint: otlpEndpoint,
      resource: {
        'service.name': `ticketrail-${role}`,
        'service.namespace': 'ticketrail',
        'service.instance.id': cluster.memberName,
      },
    });
    return new Tracing(tracer, () => tracer.close());
  }

  /** Sends what is left, within limits. What cannot be sent is nobody's loss but the trace's. */
  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timedOut = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_MS_MAX)));
    await Promise.race([this.end().catch(() => undefined), timedOut]);
    clearTimeout(timer);
  }
}
