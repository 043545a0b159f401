/**
 * The events of a settled batch as they stand in its text: what the row of an order's part holds. A piece of a text is
 * no copy of it, and the text is kept anyway until the page of the history is written. To write each event down again
 * takes twice as long, and room of its own.
 */

/** Begins the events of a part: before it are only a tenant and a number, so no sender can have written it. */
const EVENTS = '"events":[';

export class EventTexts {
  /** Where the next event begins, or the comma before it, or the end of its part's events. */
  private at: number;
  /** Index of that event among all that were applied. */
  private index = 0;

  /** @param body JSON without spaces, as it stands in the log */
  constructor(private readonly body: string) {
    this.at = this.behindNext(EVENTS, 0);
  }

  /** The text of an event by its index among those that the batch applied; they are asked for in ascending order. */
  textOf(index: number): string {
    const { body } = this;
    if (index < this.index) throw new RangeError('an event was asked for that lies behind');
    for (;;) {
      const unit = body.charCodeAt(this.at);
      if (unit === BRACKET_END) {
        this.at = this.behindNext(EVENTS, behindOpen(body, this.at + 1, 1));
        continue;
      }
      const from = unit === COMMA ? this.at + 1 : this.at;
      this.at = behindOpen(body, from, 0);
      if (this.index++ === index) return body.slice(from, this.at);
    }
  }

  private behindNext(text: string, from: number): number {
    const found = this.body.indexOf(text, from);
    if (found < 0) throw new RangeError('the batch has fewer events than were asked for');
    return found + text.length;
  }
}

/** Where the objects and arrays end of which `depth` are open at `from`, or the first one that begins there. */
function behindOpen(text: string, from: number, depth: number): number {
  let open = depth;
  for (let at = from; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) at = quoteBehind(text, at + 1);
    else if (unit === BRACE || unit === BRACKET) open++;
    else if ((unit === BRACE_END || unit === BRACKET_END) && --open === 0) return at + 1;
  }
  throw new RangeError('the text ends within an object or an array');
}

/** Where the string ends that goes on at `from`. To look for a quote is much quicker than to look at each character. */
function quoteBehind(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && isEscaped(text, at)) at = text.indexOf('"', at + 1);
  if (at < 0) throw new RangeError('the text ends within a string');
  return at;
}

/** Whether an odd number of backslashes stands before. */
function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text.charCodeAt(before - 1) === BACKSLASH) before--;
  return (at - before) % 2 === 1;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const BRACKET_END = 0x5d;
const BRACE = 0x7b;
const BRACE_END = 0x7d;
