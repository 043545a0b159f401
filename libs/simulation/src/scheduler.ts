/**
 * Virtual time, and the order in which things happen in it.
 *
 * Every operation of a simulated process (a read, a write, a sleep) is a task that ends at an instant; of two at one instant the
 * seed says which comes first. Between two tasks all code that can go on without time passing goes on, so that a run is a
 * function of its seed.
 */
import type { Choices } from './choices.js';

interface Task {
  readonly at: number;
  /** Decides between tasks of one instant. */
  readonly lot: number;
  readonly run: () => void;
}

export class Scheduler {
  /** A binary heap, the next task first. */
  private readonly tasks: Task[] = [];
  private ran = 0;

  /** @param time where virtual time begins, epoch milliseconds */
  constructor(
    private time: number,
    private readonly choices: Choices,
  ) {}

  /** Virtual time, epoch milliseconds. */
  now(): number {
    return this.time;
  }

  /** Tasks run so far. */
  get steps(): number {
    return this.ran;
  }

  /** Runs `run` at an instant, or as soon as possible when that has passed. */
  at(instant: number, run: () => void): void {
    const task = { at: Math.max(instant, this.time), lot: this.choices.fraction(), run };
    let index = this.tasks.push(task) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!precedes(task, this.tasks[parent]!)) break;
      this.tasks[index] = this.tasks[parent]!;
      index = parent;
    }
    this.tasks[index] = task;
  }

  /** Runs `run` in `ms` from now. */
  in(ms: number, run: () => void): void {
    this.at(this.time + ms, run);
  }

  /** Lets virtual time pass up to `end`, with all that happens in it. */
  async runUntil(end: number): Promise<void> {
    await goneOn();
    for (let next = this.tasks[0]; next !== undefined && next.at <= end; next = this.tasks[0]) {
      this.removeFirst();
      this.time = next.at;
      this.ran++;
      next.run();
      await goneOn();
    }
    this.time = Math.max(this.time, end);
  }

  private removeFirst(): void {
    const last = this.tasks.pop()!;
    const { length } = this.tasks;
    if (length === 0) return;
    let index = 0;
    for (let child = 1; child < length; child = index * 2 + 1) {
      if (child + 1 < length && precedes(this.tasks[child + 1]!, this.tasks[child]!)) child++;
      if (!precedes(this.tasks[child]!, last)) break;
      this.tasks[index] = this.tasks[child]!;
      index = child;
    }
    this.tasks[index] = last;
  }
}

function precedes(a: Task, b: Task): boolean {
  return a.at < b.at || (a.at === b.at && a.lot < b.lot);
}

/**
 * Resolves when no code can go on without another task. Node runs all pending promise callbacks before the next tick, so this
 * needs no turn of the event loop, which costs ten times as much.
 */
function goneOn(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
