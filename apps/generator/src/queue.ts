interface Waiting<T> {
  readonly dueMs: number;
  /** Breaks ties in the order of arrival in the queue, so that the order out does not depend on the shape of the heap. */
  readonly turn: number;
  readonly value: T;
}

/** Things to come, earliest first: a binary heap. */
export class TimeQueue<T> {
  readonly #heap: Waiting<T>[] = [];
  #turns = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** When the earliest is due; infinity when nothing waits. */
  get nextDueMs(): number {
    return this.#heap[0]?.dueMs ?? Infinity;
  }

  add(dueMs: number, value: T): void {
    const waiting = { dueMs, turn: this.#turns++, value };
    let at = this.#heap.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = this.#heap[above];
      if (parent === undefined || before(parent, waiting)) break;
      this.#heap[at] = parent;
      at = above;
    }
    this.#heap[at] = waiting;
  }

  /** Takes the earliest out; undefined when nothing waits. */
  take(): T | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined) return undefined;
    if (this.#heap.length > 0) this.#sink(last);
    return first.value;
  }

  #sink(waiting: Waiting<T>): void {
    const size = this.#heap.length;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      let child = this.#heap[below];
      if (child === undefined) break;
      const right = below + 1 < size ? this.#heap[below + 1] : undefined;
      if (right !== undefined && before(right, child)) {
        below += 1;
        child = right;
      }
      if (before(waiting, child)) break;
      this.#heap[at] = child;
      at = below;
    }
    this.#heap[at] = waiting;
  }
}

function before<T>(left: Waiting<T>, right: Waiting<T>): boolean {
  return left.dueMs < right.dueMs || (left.dueMs === right.dueMs && left.turn < right.turn);
}
