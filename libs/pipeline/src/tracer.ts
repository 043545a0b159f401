/**
 * Traces: how one request went through the stages, for a person who looks for what was slow. Nothing is decided by them.
 *
 * The context crosses the log with the message (`Message.trace`). Stages only go on with what a request began: an entry that
 * carries no context makes no span, and a stage without a tracer does no work for it and hands the context on as it came.
 */

/** A piece of work that is timed. */
export interface Span {
  /** The context that what follows from it carries: a W3C traceparent, https://www.w3.org/TR/trace-context/. */
  readonly traceparent: string;
  /** Ends it; with what it failed for, if it did. */
  end(error?: unknown): void;
}

export interface SpanOptions {
  /** What led to it: contexts as `traceparent` gives them. It goes on with the first one's trace and is linked to the others. */
  readonly causes: readonly string[];
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** Where spans are kept. A port that loops may go without; called once a message, an entry or a flush, never for an event. */
export abstract class Tracer {
  abstract span(name: string, options: SpanOptions): Span;
}

/** A message of many requests, or a flush of many entries, names this many of them. */
export const CAUSES_MAX = 32;

/** Does the work and ends the span with it. */
export async function within<T>(span: Span | undefined, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    span?.end();
    return result;
  } catch (error) {
    span?.end(error);
    throw error;
  }
}
