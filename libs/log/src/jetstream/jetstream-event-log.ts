import { jetstreamManager, type JetStreamManager, type StoredMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { EventLog, LogFull, type Entry, type Head, type Message, type StreamName } from '@ticketrail/pipeline';
import { Appender } from './appender.js';
import { HEADS, idOf, traceOf, WHOLE, type DeliveryForm } from './entry-headers.js';
import { Fullness } from './fullness.js';
import { JetStreamLogClosed } from './log-errors.js';
import { LogStreams } from './log-streams.js';
import { readPartition } from './partition-reader.js';
import { Reconnects } from './reconnects.js';
import { nameOf, subjectOf, type StreamLimits } from './stream-settings.js';

export interface JetStreamLogOptions {
  /** Stands before the names of streams and subjects, so that several installations may share one NATS. Default none. */
  readonly prefix?: string;
  /** How long an attempt to append waits for its acknowledgement, in milliseconds. Default 3 s. */
  readonly ackMsMax?: number;
}

export interface JetStreamLogCreation extends JetStreamLogOptions {
  /** Fixed for the life of the log. */
  readonly partitions: number;
  /** Copies of each message. Default 1. */
  readonly replicas?: number;
  /** Bytes that INGEST may take up, and EVENTS twice as much unless it is said. Default 4 GiB. */
  readonly bytesMax?: number;
  readonly eventsBytesMax?: number;
  /** Bytes that the changelog may take up. Default 512 MiB. */
  readonly rowsBytesMax?: number;
  /** How long the changelog keeps rows, in milliseconds. Default ten minutes. */
  readonly rowsAgeMs?: number;
}

export interface JetStreamLogOpening extends JetStreamLogOptions {
  /** Refuse a log with another number. Default: as many as it has. */
  readonly partitions?: number;
}

const prefixForm = /^[A-Za-z0-9-]*$/;

/**
 * The log on NATS JetStream: a stream each for `ingest`, `events` and `rows`, with a subject for each partition.
 *
 * Sequences are the stream's, so a partition's have holes. `last` asks the stream's leader, since an old answer would make a
 * writer expect the wrong entry; `at` and `first` ask any replica, and the leader before they say that there is nothing.
 */
export class JetStreamEventLog extends EventLog {
  private readonly reconnects: Reconnects;
  private readonly appender: Appender;
  private readonly fullnesses: Fullness;
  private readonly closing = new AbortController();

  private constructor(
    private readonly connection: NatsConnection,
    private readonly manager: JetStreamManager,
    private readonly streams: LogStreams,
    options: JetStreamLogOptions,
  ) {
    super();
    this.reconnects = new Reconnects(connection);
    this.fullnesses = new Fullness((stream) => streams.stateOf(stream));
    const { prefix } = streams;
    const lastOf = (stream: StreamName, partition: number): Promise<Entry | undefined> => this.last(stream, partition);
    this.appender = new Appender(connection, this.reconnects, lastOf, {
      prefix,
      ackMsMax: options.ackMsMax ?? 3_000,
    });
  }

  /** Makes the streams, or finds them as they are; sizes and replicas become what is asked for. */
  static async create(connection: NatsConnection, options: JetStreamLogCreation): Promise<JetStreamEventLog> {
    const manager = await jetstreamManager(connection, { checkAPI: false });
    const bytesMax = options.bytesMax ?? 4 * 2 ** 30;
    const limits: StreamLimits = {
      partitions: options.partitions,
      replicas: options.replicas ?? 1,
      bytesMax,
      eventsBytesMax: options.eventsBytesMax ?? (bytesMax > 0 ? 2 * bytesMax : -1),
      rowsBytesMax: options.rowsBytesMax ?? 512 * 2 ** 20,
      rowsAgeMs: options.rowsAgeMs ?? 600_000,
    };
    const streams = await LogStreams.create(manager, prefixOf(options), limits);
    return new JetStreamEventLog(connection, manager, streams, options);
  }

  /**
   * Opens the log that is there. Throws LogMissing without one, and LogSettingsContradict when its streams are not set up as
   * the log needs them.
   */
  static async open(connection: NatsConnection, options: JetStreamLogOpening = {}): Promise<JetStreamEventLog> {
    const manager = await jetstreamManager(connection, { checkAPI: false });
    const streams = await LogStreams.open(manager, prefixOf(options), options.partitions);
    return new JetStreamEventLog(connection, manager, streams, options);
  }

  /** How many partitions the log has. */
  get partitions(): number {
    return this.streams.partitions;
  }

  override identity(): Promise<string> {
    return Promise.resolve(this.streams.identity);
  }

  override async append(
    stream: StreamName,
    partition: number,
    message: Message,
    expectedLastSeq?: number,
  ): Promise<number> {
    this.assertUsable(partition);
    try {
      return await this.appender.append(stream, partition, message, expectedLastSeq);
    } catch (error) {
      if (error instanceof LogFull) this.fullnesses.refused(stream);
      throw error;
    }
  }

  override read(stream: StreamName, partition: number, after: number, signal: AbortSignal): AsyncGenerator<Entry[]> {
    return this.follow(WHOLE, stream, partition, after, signal);
  }

  /** Entries without a summary, as older versions stored them, are asked for one by one. */
  override async *readHeads(
    stream: StreamName,
    partition: number,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<Head[]> {
    for await (const heads of this.follow(HEADS, stream, partition, after, signal)) {
      const whole: Head[] = [];
      for (const head of heads) {
        const found = head.summary === undefined ? await this.at(stream, partition, head.seq) : head;
        if (found !== undefined) whole.push(found);
      }
      if (whole.length > 0) yield whole;
    }
  }

  override async last(stream: StreamName, partition: number): Promise<Entry | undefined> {
    this.assertUsable(partition);
    return this.atLeader(stream, partition, { last_by_subj: subjectOf(stream, partition, this.streams.prefix) });
  }

  override async first(stream: StreamName, partition: number): Promise<Entry | undefined> {
    this.assertUsable(partition);
    const query = { seq: 1, next_by_subj: subjectOf(stream, partition, this.streams.prefix) };
    return (await this.atReplica(stream, partition, query)) ?? this.atLeader(stream, partition, query);
  }

  override async at(stream: StreamName, partition: number, seq: number): Promise<Entry | undefined> {
    this.assertUsable(partition);
    if (seq < 1) return undefined;
    return (await this.atReplica(stream, partition, { seq })) ?? this.atLeader(stream, partition, { seq });
  }

  override async trim(stream: StreamName, partition: number, through: number): Promise<void> {
    this.assertUsable(partition);
    const { prefix } = this.streams;
    await this.manager.streams.purge(nameOf(stream, prefix), {
      filter: subjectOf(stream, partition, prefix),
      // JetStream keeps the message with this sequence.
      seq: through + 1,
    });
  }

  override async fullness(stream: StreamName): Promise<number> {
    this.assertUsable(0);
    return this.fullnesses.of(stream);
  }

  /** Ends this log's readers; the connection stays its owner's. */
  close(): void {
    this.closing.abort();
    this.appender.close();
  }

  private async *follow<E extends Head>(
    form: DeliveryForm<E>,
    stream: StreamName,
    partition: number,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<E[]> {
    this.assertUsable(partition);
    const { connection, manager, reconnects, streams } = this;
    const source = {
      connection,
      manager,
      reconnects,
      streams,
      stream,
      partition,
      prefix: streams.prefix,
      form,
      agrees: (ofStream: StreamName, ofPartition: number, entry: Head) => this.agrees(ofStream, ofPartition, entry),
    };
    yield* readPartition(source, after, AbortSignal.any([signal, this.closing.signal]));
    if (!signal.aborted) this.assertUsable(partition);
  }

  /** Of a trimmed entry there is nothing to disagree about. */
  private async agrees(stream: StreamName, partition: number, entry: Head): Promise<boolean> {
    const message = await this.manager.streams.getMessage(nameOf(stream, this.streams.prefix), { seq: entry.seq });
    if (message === null) return true;
    const stored = this.entryOf(stream, partition, message);
    return stored?.id === entry.id && stored.time === entry.time;
  }

  private async atReplica(
    stream: StreamName,
    partition: number,
    query: { seq: number; next_by_subj?: string },
  ): Promise<Entry | undefined> {
    const { prefix } = this.streams;
    return this.entryOf(
      stream,
      partition,
      await this.manager.direct.getMessage(nameOf(stream, prefix), query as { seq: number }),
    );
  }

  private async atLeader(
    stream: StreamName,
    partition: number,
    query: { seq: number; next_by_subj?: string } | { last_by_subj: string },
  ): Promise<Entry | undefined> {
    const { prefix } = this.streams;
    return this.entryOf(
      stream,
      partition,
      await this.manager.streams.getMessage(nameOf(stream, prefix), query as { seq: number }),
    );
  }

  /** A sequence is the stream's: what it finds may belong to another partition. */
  private entryOf(stream: StreamName, partition: number, message: StoredMsg | null): Entry | undefined {
    if (message?.subject !== subjectOf(stream, partition, this.streams.prefix)) return undefined;
    const { seq, time, header } = message;
    return { seq, time: time.getTime(), id: idOf(stream, header), body: message.string(), ...traceOf(header) };
  }

  private assertUsable(partition: number): void {
    if (this.closing.signal.aborted) throw new JetStreamLogClosed('The log is closed');
    this.streams.assertSame();
    const { partitions } = this.streams;
    if (Number.isInteger(partition) && partition >= 0 && partition < partitions) return;
    throw new RangeError(`${partition} is not a partition: a whole number below ${partitions} is`);
  }
}

function prefixOf({ prefix = '' }: JetStreamLogOptions): string {
  if (prefixForm.test(prefix)) return prefix;
  throw new RangeError(`${prefix} cannot stand before a stream's name: letters, digits and hyphens can`);
}
