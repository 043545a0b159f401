import type { Entry } from './ports.js';
import { CAUSES_MAX, type Tracer, within } from './tracer.js';

/** The spans of folding: one an entry that is traced, and one a flush that writes what such entries changed. */
export class FoldTraces {
  /** Of entries folded since the last flush, as many as it names. */
  private folded: string[] = [];

  constructor(
    private readonly tracer: Tracer | undefined,
    private readonly partition: number,
  ) {}

  fold({ trace, seq }: Entry, work: () => Promise<void>): Promise<void> {
    if (trace === undefined || this.tracer === undefined) return work();
    const span = this.tracer.span('fold', {
      causes: [trace],
      attributes: { partition: this.partition, position: seq },
    });
    if (this.folded.length < CAUSES_MAX) this.folded.push(span.traceparent);
    return within(span, work);
  }

  flush(tables: 'live' | 'all', work: () => Promise<void>): Promise<void> {
    const causes = this.folded;
    if (causes.length === 0) return work();
    this.folded = [];
    const attributes = { partition: this.partition, entries: causes.length, tables };
    return within(this.tracer?.span('flush', { causes, attributes }), work);
  }
}
