import type { EventType } from '../events/canonical.js';
import { FIELDS, ITEM_FIELDS, type Dialect, type Field, type ItemField } from './dialect.js';

/** What one word of a sender's means. */
export interface Word<F extends Field = Field> {
  readonly field: F;
  /** Its place among the words for the field: where a sender uses two of them, the lower one is taken. */
  readonly rank: number;
}

/** A dialect's words, ready to be looked up: for one event type, or for one line of an order. */
export type Vocabulary<F extends Field = Field> = ReadonlyMap<string, Word<F>>;

function vocabularyOf<F extends Field>(dialect: Dialect, fields: readonly F[]): Vocabulary<F> {
  const vocabulary = new Map<string, Word<F>>();
  for (const field of fields) {
    dialect.words[field]?.forEach((word, rank) => vocabulary.set(word, { field, rank }));
  }
  return vocabulary;
}

/** One event type as one dialect says it. */
export interface Form {
  readonly dialect: Dialect;
  readonly eventType: EventType;
  readonly vocabulary: Vocabulary;
  readonly itemVocabulary: Vocabulary<ItemField>;
}

/** The forms of a dialect by the sender's name for the event type. */
export function formsOf(dialect: Dialect): ReadonlyMap<string, Form> {
  return new Map([...dialect.eventTypes].map(([name, eventType]) => [name, formOf(dialect, eventType)]));
}

export function formOf(dialect: Dialect, eventType: EventType): Form {
  return {
    dialect,
    eventType,
    vocabulary: vocabularyOf(dialect, FIELDS[eventType]),
    itemVocabulary: vocabularyOf(dialect, ITEM_FIELDS),
  };
}
