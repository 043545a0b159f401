/** Reads a partition for as long as its reader wants, over restarts of the server, without missing or doubling an entry. */
import { JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import type { Head, StreamName } from '@ticketrail/pipeline';
import { JetStreamLogClosed, LogUnavailable, LogWentBack } from './log-errors.js';
import type { LogStreams } from './log-streams.js';
import { PullConsumer, type PartitionSource } from './pull-consumer.js';

/** A reader that finds no log for so long says so: silence would look like a quiet day. */
const openMsMax = 30_000;
/** A server that has just become leader may not have applied all it holds. */
const behindMsMax = 3_000;
const pauseMsMin = 20;
const pauseMsMax = 1_000;

export interface ReaderSource<E extends Head> extends PartitionSource<E> {
  readonly streams: LogStreams;
  /** Whether the stream holds this very entry at its position, or nothing there any more. */
  readonly agrees: (stream: StreamName, partition: number, entry: Head) => Promise<boolean>;
}

/** See EventLog.read and readHeads. Throws LogWentBack, LogMissing, LogReplaced, and LogUnavailable when nothing answers for half a minute. */
export async function* readPartition<E extends Head>(
  source: ReaderSource<E>,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<E[]> {
  let position = after;
  let newest: E | undefined;
  while (!signal.aborted) {
    const consumer = await open(source, position, newest, signal);
    if (consumer === undefined) return;
    try {
      for (;;) {
        const entries = await consumer.take(signal);
        if (entries === undefined) break;
        newest = entries.at(-1)!;
        position = newest.seq;
        yield entries;
      }
    } finally {
      consumer.close();
    }
  }
}

/** Tries until it succeeds; undefined when `signal` aborts. */
async function open<E extends Head>(
  source: ReaderSource<E>,
  position: number,
  newest: E | undefined,
  signal: AbortSignal,
): Promise<PullConsumer<E> | undefined> {
  const startedAt = Date.now();
  for (let pauseMs = pauseMsMin; !signal.aborted; pauseMs = Math.min(pauseMsMax, pauseMs * 2)) {
    // Without a connection a request waits for its whole time, and is not sent when there is one again.
    await source.reconnects.whenConnected(openMsMax, signal);
    try {
      return await unlessAborted(openOnce(source, position, newest), signal);
    } catch (error) {
      if (source.connection.isClosed()) throw new JetStreamLogClosed('the connection is closed', { cause: error });
      const waitedMs = Date.now() - startedAt;
      if (error instanceof LogWentBack ? waitedMs > behindMsMax : !isPassing(error)) throw error;
      if (waitedMs > openMsMax) {
        throw new LogUnavailable(`${source.stream}.${source.partition} cannot be read`, { cause: error });
      }
      await pause(pauseMs * (0.5 + Math.random()), signal);
    }
  }
  return undefined;
}

async function openOnce<E extends Head>(
  source: ReaderSource<E>,
  position: number,
  newest: E | undefined,
): Promise<PullConsumer<E>> {
  const { stream, partition } = source;
  const { state } = await source.streams.stateOf(stream);
  // A consumer that begins beyond the end waits without a word until the stream has grown so far, and skips what comes before.
  if (state.last_seq < position) {
    throw new LogWentBack(
      `${stream}.${partition} was read up to ${position}, but its stream ends at ${state.last_seq}`,
    );
  }
  if (newest !== undefined && !(await source.agrees(stream, partition, newest))) {
    throw new LogWentBack(`${stream}.${partition} holds another entry at ${position} than was read there`);
  }
  return PullConsumer.open(source, position);
}

/** Whether the same request may succeed a little later. */
function isPassing(error: unknown): boolean {
  if (error instanceof JetStreamApiError) return error.status >= 500;
  return (
    error instanceof errors.TimeoutError ||
    error instanceof errors.NoRespondersError ||
    (error instanceof errors.RequestError && !isPermission(error.cause)) ||
    (error instanceof Error && error.cause instanceof errors.NoRespondersError) ||
    error instanceof errors.ConnectionError
  );
}

function isPermission(error: unknown): boolean {
  return error instanceof errors.PermissionViolationError;
}

/** A consumer that is opened too late for its reader is closed again. */
function unlessAborted<E extends Head>(
  opening: Promise<PullConsumer<E>>,
  signal: AbortSignal,
): Promise<PullConsumer<E> | undefined> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      resolve(undefined);
      opening.then(
        (consumer) => consumer.close(),
        () => undefined,
      );
    };
    signal.addEventListener('abort', abort, { once: true });
    opening.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
