/** The events of a comparison: those held, spread over the hours before now, and those that come in while questions are asked. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { EventLines, type Expected } from '../load/event-lines.js';
import { requestSizes } from '../load/request-sizes.js';
import type { BenchOptions } from '../options.js';

export const batch = 100;

/**
 * Events as requests of a hundred: the held ones first, then the coming ones. Times of the held ones are spread evenly over the
 * hours before `now`; those of the coming ones follow at the rate.
 */
export class ComparedEvents {
  readonly lines: EventLines;
  readonly heldRequests: number;
  readonly comingRequests: number;

  constructor(
    { heldEvents, heldHours, rates, run }: Pick<BenchOptions, 'heldEvents' | 'heldHours' | 'rates' | 'run'>,
    private readonly now: number,
    tag: string,
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
    this.heldRequests = Math.ceil(heldEvents / batch);
    this.comingRequests = Math.ceil((rate * run.seconds) / batch);
    this.#heldMs = heldHours * 3_600_000;
    this.msPerRequest = (batch * 1_000) / rate;
  }

  readonly msPerRequest: number;
  readonly #heldMs: number;

  /** When a request's events happened. */
  readonly timeOf = (request: number): number =>
    request < this.heldRequests
      ? this.now - this.#heldMs * (1 - request / this.heldRequests)
      : this.now + (request - this.heldRequests) * this.msPerRequest;

  body(request: number): Buffer {
    const bytes = Buffer.allocUnsafe(this.lines.length(request));
    this.lines.write(request, bytes, 0, this.timeOf);
    return bytes;
  }

  expected(): Expected {
    return this.lines.expected((this.heldRequests + this.comingRequests) * batch);
  }
}

/** Writes both as files of one event a line. The coming ones have times from now on; whoever sends them moves these to when they are sent. */
export async function writeEvents(
  files: { readonly held: string; readonly coming: string },
  options: Pick<BenchOptions, 'heldEvents' | 'heldHours' | 'rates' | 'run'>,
): Promise<Expected> {
  const events = new ComparedEvents(options, Date.now(), 'compared');
  await writeRequests(files.held, events, 0, events.heldRequests);
  await writeRequests(files.coming, events, events.heldRequests, events.heldRequests + events.comingRequests);
  return events.expected();
}

async function writeRequests(file: string, events: ComparedEvents, from: number, before: number): Promise<void> {
  const stream = createWriteStream(file);
  for (let request = from; request < before; request++) {
    if (!stream.write(events.body(request))) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
}
