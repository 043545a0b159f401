import type { EventType } from '../events/canonical.js';
import { ALL_FIELDS, FIELDS, ITEM_FIELDS, type Dialect, type Field, type Fields, type ItemField } from './dialect.js';

/** What one word of a sender's means. */
export interface Word<F extends Field = Field> {
  readonly field: F;
  /** The field's place among the values that are read: of an event, or of a line. */
  readonly slot: number;
  /** Its place among the words for the field: where a sender uses two of them, the lower one is taken. */
  readonly rank: number;
}

/** A dialect's words, ready to be looked up: for one event type, or for one line of an order. */
export type Vocabulary<F extends Field = Field> = ReadonlyMap<string, Word<F>>;

function vocabularyOf<F extends Field>(dialect: Dialect, fields: readonly F[], slots: readonly Field[]): Vocabulary<F> {
  const vocabulary = new Map<string, Word<F>>();
  for (const field of fields) {
    const slot = slots.indexOf(field);
    dialect.words[field]?.forEach((word, rank) => vocabulary.set(word, { field, rank, slot }));
  }
  return vocabulary;
}

/** The lesser word for the same field under which `present` was said; undefined if `word` is not the better one. */
export function lesserWord(vocabulary: Vocabulary, source: Fields, word: Word, present: unknown): string | undefined {
  for (const [other, { field, rank }] of vocabulary) {
    if (field === word.field && rank > word.rank && source[other] === present) return other;
  }
  return undefined;
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
    vocabulary: vocabularyOf(dialect, FIELDS[eventType], ALL_FIELDS),
    itemVocabulary: vocabularyOf(dialect, ITEM_FIELDS, ITEM_FIELDS),
  };
}
