/** How many events each request of a load carries: a cycle of sizes, over and over. */
export class RequestSizes {
  /** Events in one cycle. */
  readonly events: number;
  readonly #first: number[] = [];
  readonly #requestOf: number[] = [];

  constructor(readonly cycle: readonly number[]) {
    if (cycle.length === 0 || cycle.some((size) => !Number.isInteger(size) || size < 1)) {
      throw new RangeError('a request carries at least one event');
    }
    let events = 0;
    cycle.forEach((size, request) => {
      this.#first.push(events);
      for (let i = 0; i < size; i++) this.#requestOf.push(request);
      events += size;
    });
    this.events = events;
  }

  sizeOf(request: number): number {
    return this.cycle[request % this.cycle.length] as number;
  }

  /** The number of a request's first line; also how many lines the requests before it have. Requests before the first are negative. */
  firstLineOf(request: number): number {
    const { length } = this.cycle;
    const rounds = Math.floor(request / length);
    return rounds * this.events + (this.#first[request - rounds * length] as number);
  }

  /** The request that carries a line; a line before the first (negative) has one, too. */
  requestOf(line: number): number {
    const rounds = Math.floor(line / this.events);
    return rounds * this.cycle.length + (this.#requestOf[line - rounds * this.events] as number);
  }

  /** The fewest requests that carry so many lines. */
  requestsFor(lines: number): number {
    // A product of a rate and seconds may lie a hair above the whole number it is meant to be.
    return lines <= 0 ? 0 : this.requestOf(Math.ceil(lines - 1e-6) - 1) + 1;
  }
}

/** A fifth of the events come one by one, the others in hundreds. */
const mixed = [100, ...Array.from({ length: 25 }, () => 1)];

/** @param batch events a request, or `mixed` */
export function requestSizes(batch: number | 'mixed'): RequestSizes {
  return new RequestSizes(batch === 'mixed' ? mixed : [batch]);
}
