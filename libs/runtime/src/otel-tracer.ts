/** Spans by the OpenTelemetry SDK. Only loaded where traces are wanted: see Tracing. */
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags, type Span as OtelSpan } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { core, node, resources, tracing } from '@opentelemetry/sdk-node';
import { type Span, type SpanOptions, Tracer } from '@ticketrail/pipeline';
import type { RequestSpan, RequestTracer } from './tracing.js';

export interface OtelOptions {
  /** Of the collector of traces, without `/v1/traces`. */
  readonly endpoint: string;
  /** Resource attributes of this process. OTEL_RESOURCE_ATTRIBUTES adds to them. */
  readonly resource: Readonly<Record<string, string>>;
}

/** A trace that a stage goes on with was begun by a request; a request's own goes on with its sender's, or begins one. */
export class OtelTracer extends Tracer implements RequestTracer {
  private readonly provider: node.NodeTracerProvider;
  private readonly tracer;

  constructor({ endpoint, resource }: OtelOptions) {
    super();
    const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` });
    this.provider = new node.NodeTracerProvider({
      resource: resources
        .defaultResource()
        .merge(resources.resourceFromAttributes(resource))
        .merge(resources.detectResources({ detectors: [resources.envDetector] })),
      // Bounded: what cannot be sent is dropped, and nothing waits for it. Which traces are kept is OTEL_TRACES_SAMPLER's to say.
      spanProcessors: [new tracing.BatchSpanProcessor(exporter)],
    });
    this.tracer = this.provider.getTracer('ticketrail');
  }

  override span(name: string, { causes, attributes }: SpanOptions): Span {
    return new Recorded(this.begin(name, SpanKind.INTERNAL, causes, attributes));
  }

  request(
    name: string,
    traceparent: string | undefined,
    attributes: SpanOptions['attributes'],
  ): RequestSpan | undefined {
    const span = this.begin(name, SpanKind.SERVER, traceparent === undefined ? [] : [traceparent], attributes);
    return span.isRecording() ? new RecordedRequest(span) : undefined;
  }

  /** Sends what has ended and ends. */
  close(): Promise<void> {
    return this.provider.shutdown();
  }

  private begin(
    name: string,
    kind: SpanKind,
    causes: readonly string[],
    attributes: SpanOptions['attributes'],
  ): OtelSpan {
    const [parent, ...others] = causes.flatMap((cause) => core.parseTraceParent(cause) ?? []);
    const context =
      parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true });
    const links = others.map((other) => ({ context: { ...other, isRemote: true } }));
    const named = Object.entries(attributes).map(([key, value]) => [
      key.includes('.') ? key : `ticketrail.${key}`,
      value,
    ]);
    return this.tracer.startSpan(name, { kind, links, attributes: Object.fromEntries(named) }, context);
  }
}

class Recorded implements Span {
  readonly traceparent: string;

  constructor(protected readonly span: OtelSpan) {
    const { traceId, spanId, traceFlags } = span.spanContext();
    const flags = (traceFlags & TraceFlags.SAMPLED).toString(16).padStart(2, '0');
    this.traceparent = `00-${traceId}-${spanId}-${flags}`;
  }

  end(error?: unknown): void {
    if (error !== undefined) {
      const failure = error instanceof Error ? error : new Error(String(error));
      this.span.recordException(failure);
      this.span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
    }
    this.span.end();
  }
}

class RecordedRequest extends Recorded implements RequestSpan {
  answered(status: number): void {
    this.span.setAttribute('http.response.status_code', status);
    if (status >= 500) this.span.setStatus({ code: SpanStatusCode.ERROR });
    this.span.end();
  }
}
