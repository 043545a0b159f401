/** Places that may lie empty: fewer are not worth a copy. */
const EMPTY_MAX = 1024;

/**
 * First in, first out. Taking the first costs the same however many there are, which `shift` of a long array does not, and what was
 * taken leaves memory at once, not when others take its place.
 */
export class Queue<Item> {
  /** From `head` on all are there; what lies before it was taken, and its place must not hold it. */
  private items: (Item | undefined)[] = [];
  private head = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  push(item: Item): void {
    this.items.push(item);
  }

  /** Takes the first; undefined when there is none. */
  shift(): Item | undefined {
    if (this.head === this.items.length) return undefined;
    const first = this.items[this.head];
    this.items[this.head++] = undefined;
    if (this.head > EMPTY_MAX && this.head > this.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return first;
  }

  /** The first is at 0; undefined beyond the last. */
  at(index: number): Item | undefined {
    return this.items[this.head + index];
  }

  /** Those from `from` to before `to`, neither below 0. */
  slice(from: number, to: number): Item[] {
    return this.items.slice(this.head + from, this.head + to) as Item[];
  }
}
