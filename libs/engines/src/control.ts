/**
 * Control requests between the processes of an installation: who is there, and how it stands.
 *
 * Plain request and reply of NATS: one question that any number of processes answer. Nest's transport for NATS sends a request
 * to one of them and takes one answer.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createInbox, type NatsConnection } from '@nats-io/transport-node';
import type { ServiceStatus } from '@ticketrail/runtime';

export interface Control {
  /** Answers questions from now on. */
  serve(answer: () => readonly ServiceStatus[]): void;
  /** Asks all; answers what came in time. */
  ask(): Promise<ServiceStatus[]>;
}

/** Of a process that is alone. */
export class OwnControl implements Control {
  private answer: () => readonly ServiceStatus[] = () => [];

  serve(answer: () => readonly ServiceStatus[]): void {
    this.answer = answer;
  }

  async ask(): Promise<ServiceStatus[]> {
    return [...this.answer()];
  }
}

/** Processes that are well answer in a few milliseconds. */
const ANSWERS_MS = 400;
const ANSWERS_MAX = 1_000;

export class NatsControl implements Control {
  private readonly subject: string;

  constructor(
    private readonly connection: NatsConnection,
    prefix: string,
    private readonly inboxPrefix: string,
  ) {
    this.subject = prefix === '' ? 'ticketrail.control.status' : `${prefix}.ticketrail.control.status`;
  }

  serve(answer: () => readonly ServiceStatus[]): void {
    this.connection.subscribe(this.subject, {
      callback: (error, message) => {
        if (error === null) message.respond(JSON.stringify(answer()));
      },
    });
  }

  async ask(): Promise<ServiceStatus[]> {
    // Apart from the answers to other requests: whoever may answer this one may not meddle with those.
    const inbox = createInbox(`${this.inboxPrefix}.control`);
    const found: ServiceStatus[] = [];
    const answers = this.connection.subscribe(inbox, {
      max: ANSWERS_MAX,
      callback: (error, message) => {
        // Without any answerer the server itself answers, with nothing.
        if (error === null && message.data.length > 0) found.push(...message.json<ServiceStatus[]>());
      },
    });
    try {
      this.connection.publish(this.subject, undefined, { reply: inbox });
      await sleep(ANSWERS_MS);
    } finally {
      answers.unsubscribe();
    }
    return found;
  }
}
