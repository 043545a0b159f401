/**
 * Publishes messages and makes sure what became of each.
 *
 * An acknowledgement can be lost, so a message may be sent several times, always under the same id and with the same
 * expectation. Without an expectation the server recognises it and answers with the sequence it has. With one, the server
 * looks at the expectation first and refuses a message that it already holds; then the partition's last message tells whether
 * it was ours. The messages of a partition go one after the other: one that is sent again cannot be overtaken.
 */
import { JetStreamApiError } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { LogFull, UnexpectedLastEntry, type Entry, type Message, type StreamName } from '@ticketrail/pipeline';
import { Acknowledgements } from './acknowledgements.js';
import { headersOf } from './entry-headers.js';
import { ERROR_CODES, LogUnavailable, MessageTooLarge } from './log-errors.js';
import type { Reconnects } from './reconnects.js';
import { subjectOf, type Prefix } from './stream-settings.js';

const attemptsMax = 4;
const firstPauseMs = 25;
/** More than the names and numbers in our headers take. */
const headerBytesMax = 512;
const fullCodes: readonly number[] = [
  ERROR_CODES.streamStoreFailed,
  ERROR_CODES.storageResourcesExceeded,
  ERROR_CODES.insufficientResources,
];
const wrongLastCodes: readonly number[] = [ERROR_CODES.wrongLastSequence, ERROR_CODES.wrongLastSequenceUnknown];

export interface AppenderOptions {
  readonly prefix: Prefix;
  /** How long one attempt waits for its acknowledgement, in milliseconds. */
  readonly ackMsMax: number;
}

export class Appender {
  /** By partition of a stream: the append that was issued last and has not ended. */
  private readonly underWay = new Map<string, Promise<unknown>>();
  private readonly instance = crypto.randomUUID();
  private readonly acknowledgements: Acknowledgements;
  private appends = 0;

  constructor(
    private readonly connection: NatsConnection,
    reconnects: Reconnects,
    private readonly lastOf: (stream: StreamName, partition: number) => Promise<Entry | undefined>,
    private readonly options: AppenderOptions,
  ) {
    this.acknowledgements = new Acknowledgements(connection, reconnects);
  }

  /** See EventLog.append. Throws MessageTooLarge, and LogUnavailable when it stays open whether the message was stored. */
  append(stream: StreamName, partition: number, message: Message, expectedLastSeq?: number): Promise<number> {
    const subject = subjectOf(stream, partition, this.options.prefix);
    const send = (): Promise<number> => this.send(subject, stream, partition, message, expectedLastSeq);
    const before = this.underWay.get(subject);
    const sent = before === undefined ? send() : before.then(send, send);
    this.underWay.set(subject, sent);
    const forget = (): void => {
      if (this.underWay.get(subject) === sent) this.underWay.delete(subject);
    };
    sent.then(forget, forget);
    return sent;
  }

  /** Ends what is under way: it stays open whether those messages were stored. */
  close(): void {
    this.acknowledgements.close();
  }

  private async send(
    subject: string,
    stream: StreamName,
    partition: number,
    message: Message,
    expectedLastSeq: number | undefined,
  ): Promise<number> {
    const payload = Buffer.from(message.body);
    const ours =
      Buffer.byteLength(message.id) + (message.trace?.length ?? 0) + Buffer.byteLength(message.summary ?? '');
    this.assertSize(payload.length + headerBytesMax + ours);
    const attemptId = `${this.instance}.${++this.appends}`;
    const headers = headersOf(stream, partition, message, attemptId, expectedLastSeq);
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.acknowledgements.publish(subject, payload, headers, this.options.ackMsMax);
      } catch (error) {
        const code = error instanceof JetStreamApiError ? error.code : undefined;
        if (code !== undefined && fullCodes.includes(code)) {
          throw new LogFull(`${subject} takes no more`, { cause: error });
        }
        if (code !== undefined && wrongLastCodes.includes(code)) {
          const stored = attempt > 1 ? await this.storedBefore(stream, partition, message.id) : undefined;
          if (stored !== undefined) return stored;
          throw new UnexpectedLastEntry(`the last entry of ${subject} is not ${expectedLastSeq}`, { cause: error });
        }
        if (attempt >= attemptsMax || this.connection.isClosed()) {
          throw new LogUnavailable(`${subject} did not acknowledge ${message.id}`, { cause: error });
        }
        await new Promise((resolve) => setTimeout(resolve, firstPauseMs * 2 ** attempt * (0.5 + Math.random())));
      }
    }
  }

  /** The sequence of the message when an earlier attempt stored it and nobody wrote since. */
  private async storedBefore(stream: StreamName, partition: number, id: string): Promise<number | undefined> {
    try {
      const last = await this.lastOf(stream, partition);
      return last?.id === id ? last.seq : undefined;
    } catch (error) {
      throw new LogUnavailable(`whether ${id} was stored is open`, { cause: error });
    }
  }

  private assertSize(bytes: number): void {
    const bytesMax = this.connection.info?.max_payload ?? Infinity;
    if (bytes > bytesMax) throw new MessageTooLarge(`a message of ${bytes} bytes: the server takes ${bytesMax}`);
  }
}
