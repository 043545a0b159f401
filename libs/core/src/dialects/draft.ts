import type { Fault, Reason } from '../events/reasons.js';
import { isFields, type Field, type Fields, type ItemField } from './dialect.js';
import { Meter } from './meter.js';
import type { Form, Vocabulary } from './vocabulary.js';

/**
 * An event half read: the sender's values under our names, and everything unknown in `more`.
 * All fields are declared here so that every draft has one shape, which keeps reading fast.
 */
export class Draft implements Record<Field, unknown> {
  event_id: unknown = undefined;
  timestamp: unknown = undefined;
  location_id: unknown = undefined;
  location_name: unknown = undefined;
  device_id: unknown = undefined;
  device_seq: unknown = undefined;
  table_id: unknown = undefined;
  party_size: unknown = undefined;
  server_id: unknown = undefined;
  order_id: unknown = undefined;
  visit_id: unknown = undefined;
  customer_id: unknown = undefined;
  service_type: unknown = undefined;
  items: unknown = undefined;
  subtotal: unknown = undefined;
  tax: unknown = undefined;
  tip: unknown = undefined;
  total: unknown = undefined;
  payment_method: unknown = undefined;
  provider: unknown = undefined;
  payment_id: unknown = undefined;
  kitchen_time_minutes: unknown = undefined;
  void_reason: unknown = undefined;
  rating: unknown = undefined;
  nps_score: unknown = undefined;
  comment: unknown = undefined;
  item_id: unknown = undefined;
  item_name: unknown = undefined;
  category: unknown = undefined;
  price: unknown = undefined;
  quantity: unknown = undefined;

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
  ) {}

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
