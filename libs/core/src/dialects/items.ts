import type { Item } from '../events/canonical.js';
import { ITEMS_MAX } from '../events/limits.js';
import { show } from '../events/reasons.js';
import { isFields, type Fields } from './dialect.js';
import type { Draft } from './draft.js';
import { toId, toNumber, toPrice, type Candidate } from './values.js';

/** A line of an order stands in a list in the event. */
const LINE_DEPTH = 3;

/** The lines of an order: a list, one object, or one line written flat into the event. Undefined where the event says none. */
export function toItems(draft: Draft): unknown {
  const items = draft.items;
  if (Array.isArray(items)) {
    if (items.length > ITEMS_MAX) {
      draft.refuse(
        'out_of_range',
        `${draft.nameOf('items')} must be a list of up to ${ITEMS_MAX} lines, not ${items.length}`,
      );
      return undefined;
    }
    const lines: unknown[] = [];
    for (let index = 0; index < items.length; index += 1) lines.push(toItem(draft, items[index], index));
    return lines;
  }
  if (items !== undefined) return isFields(items) ? [toItem(draft, items, 0)] : items;
  return isFlat(draft) ? [flatItem(draft)] : undefined;
}

function isFlat(draft: Draft): boolean {
  return (
    draft.item_id !== undefined ||
    draft.quantity !== undefined ||
    draft.price !== undefined ||
    draft.form.dialect.words.items === undefined
  );
}

function toItem(draft: Draft, line: unknown, index: number): unknown {
  if (!isFields(line)) {
    draft.refuse('wrong_type', `${draft.nameOf('items')}[${index}] must be an object, not ${show(line)}`);
    return undefined;
  }
  return readLine(draft, line, index);
}

function readLine(draft: Draft, line: Fields, index: number): Candidate<Item> {
  const vocabulary = draft.form.itemVocabulary;
  const meter = draft.meter;
  const read = new Line();
  let more: Record<string, unknown> | undefined;
  for (const key in line) {
    const value = line[key];
    const word = vocabulary.get(key);
    if (word !== undefined && read[word.field] === undefined) {
      if (value !== null && value !== '') read[word.field] = value;
    } else if (word !== undefined && read[word.field] === value) {
      continue;
    } else if (meter.unknown(key, value, LINE_DEPTH)) {
      (more ??= {})[key] = value;
    } else {
      draft.fault ??= meter.fault;
      break;
    }
  }
  const item = itemOf(draft, read, index);
  if (more !== undefined) item.more = more;
  return item;
}

/** One line as its sender wrote it, under our names; declared, so that all lines have one shape. */
class Line {
  item_id: unknown = undefined;
  item_name: unknown = undefined;
  category: unknown = undefined;
  price: unknown = undefined;
  quantity: unknown = undefined;
}

function flatItem(draft: Draft): Candidate<Item> {
  return itemOf(draft, draft, 0);
}

function itemOf(draft: Draft, line: Line, index: number): Candidate<Item> {
  const item: Candidate<Item> = { item_id: toId(line.item_id), quantity: toNumber(line.quantity) };
  if (line.item_name !== undefined) item.item_name = line.item_name;
  if (line.category !== undefined) item.category = line.category;
  if (line.price !== undefined) item.price_minor = toPrice(draft, line.price, index);
  return item;
}
