import { EventLog, type Entry, type Head, type Message, type StreamName } from '@ticketrail/pipeline';
import type { Calls } from './calls.js';
import { type EngineAnswers, farMessage } from './engine-answers.js';

/** The log of another thread. Entries come without their value. */
export class FarEventLog extends EventLog {
  /** Calls for the next entries so far; each has its number. */
  private reads = 0;

  constructor(private readonly thread: Calls<EngineAnswers>) {
    super();
  }

  override identity(): Promise<string> {
    return this.thread.ask('identity');
  }

  override append(stream: StreamName, partition: number, message: Message, expectedLastSeq?: number): Promise<number> {
    return this.thread.ask('append', stream, partition, farMessage(message), expectedLastSeq);
  }

  override read(stream: StreamName, partition: number, after: number, signal: AbortSignal): AsyncGenerator<Entry[]> {
    return this.groups(after, signal, (reader, from) => this.thread.ask('next', reader, stream, partition, from));
  }

  override readHeads(
    stream: StreamName,
    partition: number,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<Head[]> {
    return this.groups(after, signal, (reader, from) => this.thread.ask('nextHeads', reader, stream, partition, from));
  }

  /** Asks for the next group when the one before was taken: that is how a slow reader is held. */
  private async *groups<Read extends Head>(
    after: number,
    signal: AbortSignal,
    ask: (reader: number, after: number) => Promise<Read[] | undefined>,
  ): AsyncGenerator<Read[]> {
    let position = after;
    while (!signal.aborted) {
      const entries = await this.next(position, signal, ask);
      const newest = entries?.at(-1);
      if (entries === undefined || newest === undefined) return;
      position = newest.seq;
      yield entries;
    }
  }

  override last(stream: StreamName, partition: number): Promise<Entry | undefined> {
    return this.thread.ask('last', stream, partition);
  }

  override first(stream: StreamName, partition: number): Promise<Entry | undefined> {
    return this.thread.ask('first', stream, partition);
  }

  override at(stream: StreamName, partition: number, seq: number): Promise<Entry | undefined> {
    return this.thread.ask('at', stream, partition, seq);
  }

  override trim(stream: StreamName, partition: number, through: number): Promise<void> {
    return this.thread.ask('trim', stream, partition, through);
  }

  override fullness(stream: StreamName): Promise<number> {
    return this.thread.ask('fullness', stream);
  }

  private async next<Read extends Head>(
    after: number,
    signal: AbortSignal,
    ask: (reader: number, after: number) => Promise<Read[] | undefined>,
  ): Promise<Read[] | undefined> {
    const reader = ++this.reads;
    // A thread that is gone has ended the waiting by itself.
    const stop = (): void => void this.thread.ask('stop', reader).catch(() => undefined);
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await ask(reader, after);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}
