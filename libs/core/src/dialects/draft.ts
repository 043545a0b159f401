import type { Fault, Reason } from '../events/reasons.js';
import { isFields, type Field, type Fields, type ItemField } from './dialect.js';
import { Meter } from './meter.js';
import { Slots } from './slots.js';
import type { Form, Vocabulary } from './vocabulary.js';

/**
 * An event half read: the sender's values under our names (`draft.order_id` and so on), and everything unknown in `more`.
 * A value is undefined where the sender said nothing.
 */
export class Draft extends Slots {
  more: Record<string, unknown> | undefined = undefined;
  /** The sender's names of what stands in for fields that it did not write. */
  private standIns: { [F in Field]?: string } | undefined = undefined;
  /** The first thing found wrong; reading goes on, as that is cheaper than to ask at each step. */
  fault: Fault | undefined = undefined;
  readonly meter = new Meter();

  constructor(
    readonly form: Form,
    /** What the sender wrote, unwrapped: where the names used in messages are looked up. */
    readonly raw: Fields,
  ) {
    super();
  }

  refuse(reason: Reason, message: string): void {
    this.fault ??= { reason, message };
  }

  /** Sets a field from elsewhere; messages call it by the name it has there. */
  standIn(field: Field, name: string, value: unknown): void {
    this[field] = value === null || value === '' ? undefined : value;
    (this.standIns ??= {})[field] = name;
  }

  /** The sender's name for a field: the word it used, else the usual one of its dialect. */
  nameOf(field: Field): string {
    const standIn = this.standIns?.[field];
    if (standIn !== undefined) return standIn;
    const { dialect, vocabulary } = this.form;
    const nested = dialect.nested === '' ? undefined : this.raw[dialect.nested];
    return (
      wordUsed(this.raw, field, vocabulary) ??
      (isFields(nested) ? prefixed(dialect.nested, wordUsed(nested, field, vocabulary)) : undefined) ??
      dialect.words[field]?.[0] ??
      field
    );
  }

  /** The sender's name for a field of the line `index` of the order. */
  itemNameOf(index: number, field: ItemField): string {
    if (!Array.isArray(this.items))
      return isFields(this.items) ? `item.${this.itemWord(this.items, field)}` : this.nameOf(field);
    return `${this.nameOf('items')}[${index}].${this.itemWord(this.items[index], field)}`;
  }

  private itemWord(line: unknown, field: ItemField): string {
    const { dialect, itemVocabulary } = this.form;
    return (isFields(line) ? wordUsed(line, field, itemVocabulary) : undefined) ?? dialect.words[field]?.[0] ?? field;
  }
}

function wordUsed(source: Fields, field: Field, vocabulary: Vocabulary): string | undefined {
  let used: string | undefined;
  let best = Infinity;
  for (const [word, { field: meant, rank }] of vocabulary) {
    if (meant === field && rank < best && source[word] !== undefined && source[word] !== null) {
      used = word;
      best = rank;
    }
  }
  return used;
}

function prefixed(prefix: string, word: string | undefined): string | undefined {
  return word === undefined ? undefined : `${prefix}.${word}`;
}
