/**
 * Follows one partition through a consumer of JetStream, one request at a time.
 *
 * The client library's ordered consumer hides trouble: it waits in silence for a stream that is gone, and half a minute for a
 * server that restarts. Here the consumer is a cursor on the server and nothing else. It is asked for a number of messages,
 * and asked again when these are here and the reader has taken them; so what waits in memory is what one request can bring.
 * Whatever looks wrong (a hole in the numbers of delivery, a missed heartbeat, a lost connection, a refusal) makes it `lost`,
 * and its reader opens another at the position it has reached.
 */
import { AckPolicy, DeliverPolicy, ReplayPolicy, type JetStreamManager } from '@nats-io/jetstream';
import { nanos, nuid, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import type { Head, StreamName } from '@ticketrail/pipeline';
import { WakeUp } from '../wake-up.js';
import { inboxOf } from './connect-nats.js';
import { deliveryOf, type DeliveryForm } from './entry-headers.js';
import type { Reconnects } from './reconnects.js';
import { nameOf, subjectOf, type Prefix } from './stream-settings.js';

/** What one request may bring. */
const requestEntriesMax = 256;
const requestBytesMax = 4 << 20;
/** A request that nothing answers ends after this, and the next one follows. */
const requestMsMax = 30_000;
const heartbeatMs = 1_000;
/** Without a message or a heartbeat for so long, the consumer is lost. */
const silenceMsMax = 3_000;
/** The server forgets a consumer that nobody asked for so long. */
const inactiveMsMax = 60_000;

const HEARTBEAT = 100;
const NOTHING_THERE = 404;
const REQUEST_ENDED = 408;
const REQUEST_LIMIT = 409;

export interface PartitionSource<E extends Head> {
  readonly connection: NatsConnection;
  readonly manager: JetStreamManager;
  readonly reconnects: Reconnects;
  readonly prefix: Prefix;
  readonly stream: StreamName;
  readonly partition: number;
  readonly form: DeliveryForm<E>;
}

export class PullConsumer<E extends Head> {
  private readonly subscription: Subscription;
  private readonly inbox: string;
  private readonly stopListening: () => void;
  private readonly watch: NodeJS.Timeout;
  private readonly changed = new WakeUp();
  private entries: E[] = [];
  private bytes = 0;
  private deliveredSeq = 0;
  /** Messages the request under way may still bring; 0 when none is under way. */
  private requested = 0;
  private isAnswered = true;
  /** A message larger than a request may be is asked for alone. */
  private isLargeNext = false;
  private isLost = false;
  private heardAt = Date.now();

  private constructor(
    private readonly source: PartitionSource<E>,
    private readonly streamName: string,
    private readonly name: string,
  ) {
    const { connection, reconnects } = source;
    this.inbox = inboxOf(connection);
    this.subscription = connection.subscribe(this.inbox, {
      callback: (error, message) => (error === null ? this.receive(message) : this.lose()),
    });
    this.stopListening = reconnects.listen(() => this.lose());
    this.watch = setInterval(() => this.checkSilence(), heartbeatMs);
  }

  /** Opens a consumer that begins behind position `after`. */
  static async open<E extends Head>(source: PartitionSource<E>, after: number): Promise<PullConsumer<E>> {
    const streamName = nameOf(source.stream, source.prefix);
    const name = `reader-${nuid.next()}`;
    await source.manager.consumers.add(streamName, {
      name,
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: after + 1,
      replay_policy: ReplayPolicy.Instant,
      headers_only: source.form.isHeadersOnly,
      filter_subject: subjectOf(source.stream, source.partition, source.prefix),
      inactive_threshold: nanos(inactiveMsMax),
      mem_storage: true,
      num_replicas: 1,
    });
    return new PullConsumer(source, streamName, name);
  }

  /** Everything that has come, as soon as anything has; undefined once this consumer is lost, or when `signal` aborts. */
  async take(signal: AbortSignal): Promise<E[] | undefined> {
    while (!signal.aborted) {
      if (this.entries.length > 0) {
        const entries = this.entries;
        this.entries = [];
        this.bytes = 0;
        this.request();
        return entries;
      }
      if (this.isLost) return undefined;
      this.request();
      await this.changed.wait(signal);
    }
    return undefined;
  }

  /** Bytes of payloads that wait for the reader. */
  get waitingBytes(): number {
    return this.bytes;
  }

  close(): void {
    this.isLost = true;
    clearInterval(this.watch);
    this.stopListening();
    const { connection, manager } = this.source;
    if (connection.isClosed()) return;
    this.subscription.unsubscribe();
    // The server forgets it by itself; deleting it only does so sooner.
    manager.consumers.delete(this.streamName, this.name).catch(() => undefined);
  }

  private request(): void {
    if (this.requested > 0 || this.isLost || this.entries.length > 0) return;
    this.requested = this.isLargeNext ? 1 : requestEntriesMax;
    this.isAnswered = false;
    this.heardAt = Date.now();
    const limits = this.isLargeNext ? { batch: 1 } : { batch: requestEntriesMax, max_bytes: requestBytesMax };
    const times = { expires: nanos(requestMsMax), idle_heartbeat: nanos(heartbeatMs) };
    try {
      this.source.connection.publish(
        `$JS.API.CONSUMER.MSG.NEXT.${this.streamName}.${this.name}`,
        JSON.stringify({ ...limits, ...times }),
        { reply: this.inbox },
      );
    } catch {
      this.lose();
    }
  }

  private receive(message: Msg): void {
    if (this.isLost) return;
    this.heardAt = Date.now();
    const code = message.headers?.code ?? 0;
    if (code !== 0) this.receiveStatus(code, message);
    else this.receiveEntry(message);
  }

  private receiveEntry(message: Msg): void {
    const delivery = deliveryOf(message.reply ?? '');
    if (delivery.deliverySeq !== this.deliveredSeq + 1) {
      this.lose();
      return;
    }
    this.deliveredSeq = delivery.deliverySeq;
    this.requested--;
    this.isAnswered = true;
    this.isLargeNext = false;
    this.entries.push(this.source.form.read(this.source.stream, message, delivery));
    this.bytes += message.data.length;
    this.changed.wake();
  }

  private receiveStatus(code: number, message: Msg): void {
    if (code === HEARTBEAT) {
      // The server says how much it has sent: what it sent and we do not have was lost on the way.
      if (Number(message.headers?.get('Nats-Last-Consumer') ?? 0) > this.deliveredSeq) this.lose();
      return;
    }
    const isOver = code === NOTHING_THERE || code === REQUEST_ENDED;
    const wasAlone = this.isLargeNext;
    if (!isOver && (code !== REQUEST_LIMIT || (wasAlone && !this.isAnswered))) {
      this.lose();
      return;
    }
    // The next message may be larger than what was asked for, or the consumer may be gone: asking for one message tells.
    if (code === REQUEST_LIMIT && !this.isAnswered) this.isLargeNext = true;
    this.requested = 0;
    this.changed.wake();
  }

  /** Without a connection there is silence, and nothing to be done about it; once it is back, this consumer is lost anyway. */
  private checkSilence(): void {
    const isSilent = this.requested > 0 && Date.now() - this.heardAt > silenceMsMax;
    if (isSilent && this.source.reconnects.isConnected) this.lose();
  }

  private lose(): void {
    this.isLost = true;
    this.changed.wake();
  }
}
