/** The events of a comparison: those held, of the hours before now, and those that come in while questions are asked. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { EventLines, type Expected } from '../load/event-lines.js';
import { requestSizes } from '../load/request-sizes.js';
import type { BenchOptions } from '../options.js';
import type { OnProgress } from '../run.js';

export const batch = 100;

export type ComparedOptions = Pick<BenchOptions, 'heldEvents' | 'heldHours' | 'rates' | 'run'>;

const hourMs = 3_600_000;
/** Of what is held so much may be of the last hour, so that there is a day before it. */
const recentShareMax = 0.5;

/**
 * Events as requests of a hundred: the old ones first, spread evenly over the hours before; then the recent ones, which came at the
 * full rate in the last hour, or in less where that were more than half of all; then the coming ones, at the same rate. Loading may
 * take a quarter of an hour, and a question for the last five minutes has to find events in them: so the recent ones are reckoned
 * back from when they will have been loaded, which is asked for when they are made.
 */
export class ComparedEvents {
  readonly lines: EventLines;
  readonly oldRequests: number;
  readonly heldRequests: number;
  readonly comingRequests: number;
  readonly msPerRequest: number;
  readonly #oldFrom: number;
  readonly #oldMs: number;
  /** A repeated event happened when it was told first, so times are kept: eight bytes a hundred events. */
  readonly #recentTimes: Float64Array;

  /**
   * @param now where the old ones end, but for the time of the recent ones, and the coming ones begin; epoch milliseconds
   * @param endOf when the last of the recent ones will have been loaded, asked for the request that is made; epoch milliseconds
   */
  constructor(
    { heldEvents, heldHours, rates, run }: ComparedOptions,
    private readonly now: number,
    tag: string,
    private readonly endOf: (request: number) => number = () => now,
  ) {
    const rate = rates[0] as number;
    // Stages of a visit are as far apart as the held events make them: seconds when they are many.
    this.lines = new EventLines({
      rate,
      stageLagSeconds: run.stageLagSeconds,
      locations: run.locations,
      sizes: requestSizes(batch),
      duplicates: run.duplicates,
      late: 0,
      malformed: 0,
      tag,
    });
    this.msPerRequest = (batch * 1_000) / rate;
    this.heldRequests = Math.ceil(heldEvents / batch);
    this.comingRequests = Math.ceil((rate * run.seconds) / batch);
    const heldMs = heldHours * hourMs;
    const recentMsMax = Math.min(hourMs, heldMs * recentShareMax);
    const recentRequests = Math.floor(Math.min(recentMsMax / this.msPerRequest, this.heldRequests * recentShareMax));
    this.oldRequests = this.heldRequests - recentRequests;
    this.#recentTimes = new Float64Array(recentRequests);
    this.#oldFrom = now - heldMs;
    this.#oldMs = heldMs - recentRequests * this.msPerRequest;
  }

  /** When a request's events happened. */
  readonly timeOf = (request: number): number => {
    if (request >= this.heldRequests) return this.now + (request - this.heldRequests) * this.msPerRequest;
    if (request < this.oldRequests) return this.#oldFrom + (this.#oldMs * request) / this.oldRequests;
    const times = this.#recentTimes;
    const index = request - this.oldRequests;
    if (times[index] === 0) times[index] = this.endOf(request) - (this.heldRequests - request) * this.msPerRequest;
    return times[index] as number;
  };

  body(request: number): Buffer {
    const bytes = Buffer.allocUnsafe(this.lines.length(request));
    this.lines.write(request, bytes, 0, this.timeOf);
    return bytes;
  }

  expected(): Expected {
    return this.lines.expected((this.heldRequests + this.comingRequests) * batch);
  }
}

export interface EventFiles {
  readonly old: string;
  readonly recent: string;
  readonly coming: string;
}

export interface WrittenEvents extends Expected {
  /** When the last of the recent ones happened, epoch milliseconds: whoever loads them moves them to when they will have been. */
  readonly recentEndsAt: number;
}

/** Writes them as files of one event a line. The coming ones have times from now on; whoever sends them moves these to when they are sent. */
export async function writeEvents(
  files: EventFiles,
  options: ComparedOptions,
  onProgress: OnProgress = () => undefined,
): Promise<WrittenEvents> {
  const now = Date.now();
  const events = new ComparedEvents(options, now, 'compared');
  const { oldRequests, heldRequests } = events;
  const total = heldRequests + events.comingRequests;
  const write = async (file: string, from: number, before: number): Promise<void> =>
    writeRequests(file, events, from, before, (request) =>
      onProgress(request / total, `writing: ${request * batch} of ${total * batch} events`),
    );
  await write(files.old, 0, oldRequests);
  await write(files.recent, oldRequests, heldRequests);
  await write(files.coming, heldRequests, total);
  return { ...events.expected(), recentEndsAt: now };
}

async function writeRequests(
  file: string,
  events: ComparedEvents,
  from: number,
  before: number,
  onRequest: (request: number) => void,
): Promise<void> {
  const stream = createWriteStream(file);
  for (let request = from; request < before; request++) {
    onRequest(request);
    if (!stream.write(events.body(request))) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
}
