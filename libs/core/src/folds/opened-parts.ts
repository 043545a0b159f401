/** The parts of an order while a new one is put: an event that is asked for is made once. */
import { itemsOf, type OrderEvent, type OrderParts } from './order-parts.js';

/** A part of more lines is made an event at once when it is asked for an item: to search its text again and again is dearer. */
const SEARCHED_LINES_MAX = 16;

export class OpenedParts {
  private contents: readonly string[] | undefined;
  private events: Map<number, OrderEvent> | undefined;
  private asked: string | undefined;
  private askedQuoted = '';

  /**
   * @param added index of the new part
   * @param event its event
   */
  constructor(
    readonly parts: OrderParts,
    readonly added: number,
    private readonly event: OrderEvent,
  ) {}

  /** The event, as far as figures are made of it. */
  eventAt(index: number): OrderEvent {
    if (index === this.added) return this.event;
    let event = this.events?.get(index);
    if (event === undefined) {
      event = this.parts.eventOf(index, this.contentAt(index));
      (this.events ??= new Map()).set(index, event);
    }
    return event;
  }

  /** Earlier event first; of two at one time the smaller id, so that any order of arrival gives the same. */
  precedes(a: number, b: number): boolean {
    const { parts } = this;
    const timeA = parts.timeAt(a);
    const timeB = parts.timeAt(b);
    return timeA < timeB || (timeA === timeB && this.eventAt(a).event_id < this.eventAt(b).event_id);
  }

  /** Whether a line of the part is of this item. */
  hasItem(index: number, itemId: string): boolean {
    const isClosed = index !== this.added && this.events?.has(index) !== true;
    if (isClosed && this.parts.linesAt(index) <= SEARCHED_LINES_MAX) {
      // What has such a line has its id in its text; what has it there may have it as something else.
      if (!this.contentAt(index).includes(this.quoted(itemId))) return false;
    }
    return itemsOf(this.eventAt(index))?.some((item) => item.item_id === itemId) ?? false;
  }

  /** As it stands in a text; one item is asked for of several parts. */
  private quoted(itemId: string): string {
    if (itemId !== this.asked) {
      this.asked = itemId;
      this.askedQuoted = JSON.stringify(itemId);
    }
    return this.askedQuoted;
  }

  private contentAt(index: number): string {
    return (this.contents ??= this.parts.contents())[index]!;
  }
}
