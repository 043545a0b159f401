import { isFields, type Fields } from './dialect.js';
import type { Draft } from './draft.js';
import { lesserWord, type Word } from './vocabulary.js';

/** Reads one object of the sender's into the draft: known words to their fields, the rest to `more`. */
export function readInto(draft: Draft, source: Fields, depth: number): void {
  const { vocabulary, dialect } = draft.form;
  const { meter, values } = draft;
  for (const key in source) {
    if (meter.fault !== undefined) break;
    const value = source[key];
    const word = vocabulary.get(key);
    if (word === undefined) {
      if (key === 'event_type' || (key === dialect.nested && depth === 1 && isFields(value))) {
        meter.key();
      } else if (meter.unknown(key, value, depth)) {
        (draft.more ??= {})[freeKey(draft.more, key, dialect.nested)] = value;
      }
      continue;
    }
    meter.key();
    // A field that is null or empty says nothing; but an empty location says that there is none.
    if (value === null || value === undefined || (value === '' && word.field !== 'location_id')) continue;
    if (values[word.slot] === undefined) {
      values[word.slot] = value;
    } else {
      settleTwice(draft, source, key, word, depth);
    }
  }
  if (meter.fault !== undefined) draft.refuse(meter.fault.reason, meter.fault.message);
}

/** A field said twice, under two words or in two places: the better word of a place counts, and what differs from it is kept. */
function settleTwice(draft: Draft, source: Fields, key: string, word: Word, depth: number): void {
  const present = draft[word.field];
  if (present === source[key]) return;
  const { vocabulary, dialect } = draft.form;
  const lesser = lesserWord(vocabulary, source, word, present);
  if (lesser !== undefined) draft[word.field] = source[key];
  const keptKey = lesser ?? key;
  if (draft.meter.unknown(keptKey, source[keptKey], depth)) {
    (draft.more ??= {})[freeKey(draft.more, keptKey, dialect.nested)] = source[keptKey];
  }
}

function freeKey(more: Fields, key: string, nested: string): string {
  return Object.hasOwn(more, key) ? `${nested}.${key}` : key;
}
