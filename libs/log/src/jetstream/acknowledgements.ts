/**
 * Publishes to JetStream and waits for its acknowledgements, on one inbox for all of them.
 *
 * The client library's own way makes three errors with their stacks and two promises to race for each message, just in case: more
 * than a tenth of the time of a process that appends small messages. What counts as an answer is the same.
 */
import { JetStreamApiError, type PubAck } from '@nats-io/jetstream';
import type { Msg, MsgHdrs, NatsConnection, Subscription } from '@nats-io/transport-node';
import { inboxOf } from './connect-nats.js';
import { LogUnavailable } from './log-errors.js';
import type { Reconnects } from './reconnects.js';

interface Waiting {
  readonly subject: string;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (seq: number) => void;
  readonly reject: (error: Error) => void;
}

type Answer = Pick<PubAck, 'stream' | 'seq'> & { readonly error?: ConstructorParameters<typeof JetStreamApiError>[0] };

export class Acknowledgements {
  private readonly inbox: string;
  private readonly subscription: Subscription;
  private readonly stopListening: () => void;
  private readonly waiting = new Map<string, Waiting>();
  private published = 0;
  private isClosed = false;

  constructor(
    private readonly connection: NatsConnection,
    private readonly reconnects: Reconnects,
  ) {
    this.inbox = inboxOf(connection);
    this.subscription = connection.subscribe(`${this.inbox}.*`, {
      callback: (error, message) => {
        if (error === null) this.receive(message);
      },
    });
    // An acknowledgement that was under way when the connection broke does not come any more.
    this.stopListening = reconnects.listen(() => this.giveUpAll('the connection was lost'));
  }

  /**
   * Sends once and answers the message's sequence. Throws JetStreamApiError when the server refuses it, and LogUnavailable when
   * nothing is heard within `msMax`, or the connection is lost: then it stays open whether the message was stored.
   */
  publish(subject: string, payload: Uint8Array, headers: MsgHdrs, msMax: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const token = String(++this.published);
      const timer = setTimeout(() => this.giveUp(token, `nothing was heard within ${msMax} ms`), msMax);
      this.waiting.set(token, { subject, timer, resolve, reject });
      if (this.isClosed) {
        this.giveUp(token, 'the log is closed');
        return;
      }
      // What is sent without a connection never arrives: it is waited for one, and then sent again.
      if (!this.reconnects.isConnected) return;
      try {
        this.connection.publish(subject, payload, { reply: `${this.inbox}.${token}`, headers });
      } catch (error) {
        this.giveUp(token, 'it could not be sent', error);
      }
    });
  }

  /** Gives up what is waited for, and hears nothing more. */
  close(): void {
    this.isClosed = true;
    this.stopListening();
    if (!this.connection.isClosed()) this.subscription.unsubscribe();
    this.giveUpAll('the log was closed');
  }

  private receive(message: Msg): void {
    const token = message.subject.slice(this.inbox.length + 1);
    // What comes after it was given up is late: the next attempt has an answer of its own.
    const waiting = this.waiting.get(token);
    if (waiting === undefined) return;
    if (message.data.length === 0) {
      this.giveUp(token, `nobody takes it (${message.headers?.code ?? 'empty answer'})`);
      return;
    }
    let answer: Answer;
    try {
      answer = message.json<Answer>();
    } catch (error) {
      this.giveUp(token, 'the answer is not JSON', error);
      return;
    }
    if (answer.error === undefined && !(answer.seq > 0)) {
      this.giveUp(token, 'the answer names no sequence');
      return;
    }
    this.waiting.delete(token);
    clearTimeout(waiting.timer);
    if (answer.error === undefined) waiting.resolve(answer.seq);
    else waiting.reject(new JetStreamApiError(answer.error));
  }

  private giveUp(token: string, reason: string, cause?: unknown): void {
    const waiting = this.waiting.get(token);
    if (waiting === undefined) return;
    this.waiting.delete(token);
    clearTimeout(waiting.timer);
    waiting.reject(new LogUnavailable(`${waiting.subject} did not acknowledge: ${reason}`, { cause }));
  }

  private giveUpAll(reason: string): void {
    for (const token of this.waiting.keys()) this.giveUp(token, reason);
  }
}
