/**
 * Questions and answers between two threads of this process. A message is a copy (structured clone), so that nobody has to mind
 * what the other side does with it; messages of one side arrive in the order in which they were sent.
 */
import { errorFrom, type PlainError, plainError } from './plain-errors.js';

/** A MessagePort, a Worker, or the parent's port in a Worker. */
export interface Port {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/** What a thread answers, by name. Arguments and answers are plain data. */
type Answers<A> = { readonly [N in keyof A]: (...args: never[]) => unknown };
type Arguments<F> = F extends (...args: infer P) => unknown ? P : never;
type Answer<F> = F extends (...args: never[]) => infer R ? Awaited<R> : never;

interface Question {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: PlainError;
}

interface Caller {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** The side that asks. */
export class Calls<A extends Answers<A>> {
  private readonly waiting = new Map<number, Caller>();
  private asked = 0;
  private ended: Error | undefined;

  constructor(private readonly port: Port) {
    port.on('message', (message) => {
      const { id, value, error } = message as Reply;
      const caller = this.waiting.get(id);
      this.waiting.delete(id);
      if (error === undefined) caller?.resolve(value);
      else caller?.reject(errorFrom(error));
    });
  }

  /** Fails with what the other side failed with: its code, and its class where callers tell it by that. */
  async ask<N extends keyof A & string>(name: N, ...args: Arguments<A[N]>): Promise<Answer<A[N]>> {
    if (this.ended !== undefined) throw this.ended;
    const { port } = this;
    const id = ++this.asked;
    port.postMessage({ id, name, args } satisfies Question);
    const answer = new Promise<unknown>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    return answer as Promise<Answer<A[N]>>;
  }

  /** Nobody answers any more: whoever waits, or asks later, gets the error. */
  end(error: Error): void {
    this.ended ??= error;
    for (const { reject } of this.waiting.values()) reject(this.ended);
    this.waiting.clear();
  }
}

/** Answers what comes from now on. Each answering begins at once, so that what was asked in order is begun in order. */
export function answerCalls<A extends Answers<A>>(port: Port, answers: A): void {
  const answer = async ({ name, args }: Question): Promise<unknown> => answers[name as keyof A](...(args as never[]));
  port.on('message', (message) => {
    const question = message as Question;
    const { id } = question;
    answer(question)
      .then((value) => port.postMessage({ id, value } satisfies Reply))
      .catch((error: unknown) => port.postMessage({ id, error: plainError(error) } satisfies Reply));
  });
}
