import type { StreamInfo } from '@nats-io/jetstream';
import type { StreamName } from '@ticketrail/pipeline';

/** Asked more often, it answers with what it knows. */
const knownMsMax = 1_000;

/**
 * How full the streams are.
 *
 * A stream refuses a message that does not fit while there is room for a smaller one. After a refusal it counts as full until
 * something was trimmed, or whoever asks would see room and be refused again.
 */
export class Fullness {
  private readonly known = new Map<StreamName, { readonly at: number; readonly answer: Promise<number> }>();
  /** Bytes a stream had when it was found to refuse; 0 until it was looked at. */
  private readonly refusedAtBytes = new Map<StreamName, number>();

  constructor(private readonly stateOf: (stream: StreamName) => Promise<Pick<StreamInfo, 'config' | 'state'>>) {}

  /** 0 … 1, and 1 or more when appends are refused; 0 where there is no limit. */
  of(stream: StreamName): Promise<number> {
    const known = this.known.get(stream);
    if (known !== undefined && Date.now() - known.at < knownMsMax) return known.answer;
    const answer = this.ask(stream);
    this.known.set(stream, { at: Date.now(), answer });
    answer.catch(() => this.known.delete(stream));
    return answer;
  }

  /** An append was refused for want of room. */
  refused(stream: StreamName): void {
    this.known.delete(stream);
    if (!this.refusedAtBytes.has(stream)) this.refusedAtBytes.set(stream, 0);
  }

  private async ask(stream: StreamName): Promise<number> {
    const { config, state } = await this.stateOf(stream);
    const taken = config.max_bytes > 0 ? state.bytes / config.max_bytes : 0;
    const refusedAt = this.refusedAtBytes.get(stream);
    // The changelog never refuses for want of room: its oldest rows make way.
    if (stream === 'rows') return Math.min(taken, 0.99);
    if (refusedAt === undefined || state.bytes < refusedAt) {
      this.refusedAtBytes.delete(stream);
      return taken;
    }
    this.refusedAtBytes.set(stream, state.bytes);
    return Math.max(1, taken);
  }
}
