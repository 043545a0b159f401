import type { Item } from '../events/canonical.js';
import { ITEMS_MAX } from '../events/limits.js';
import { show } from '../events/reasons.js';
import { isFields, type Fields } from './dialect.js';
import type { Draft } from './draft.js';
import { toId, toNumber, toPrice, type Candidate } from './values.js';
import { lesserWord } from './vocabulary.js';

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
  return isFlat(draft)
    ? [itemOf(draft, 0, draft.item_id, draft.item_name, draft.category, draft.price, draft.quantity)]
    : undefined;
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
  const { itemVocabulary } = draft.form;
  const { meter } = draft;
  const values: unknown[] = [undefined, undefined, undefined, undefined, undefined];
  let more: Record<string, unknown> | undefined;
  for (const key in line) {
    const value = line[key];
    const word = itemVocabulary.get(key);
    let kept = key;
    if (word !== undefined) {
      const present = values[word.slot];
      if (value === null || value === '' || value === present) continue;
      const lesser = present === undefined ? undefined : lesserWord(itemVocabulary, line, word, present);
      if (present === undefined || lesser !== undefined) values[word.slot] = value;
      if (present === undefined) continue;
      kept = lesser ?? key;
    }
    if (!meter.unknown(kept, line[kept], LINE_DEPTH)) {
      draft.fault ??= meter.fault;
      break;
    }
    (more ??= {})[kept] = line[kept];
  }
  const item = itemOf(draft, index, values[0], values[1], values[2], values[3], values[4]);
  if (more !== undefined) item.more = more;
  return item;
}

/** A line out of its values, in the order of `ITEM_FIELDS`. */
function itemOf(
  draft: Draft,
  index: number,
  itemId: unknown,
  itemName: unknown,
  category: unknown,
  price: unknown,
  quantity: unknown,
): Candidate<Item> {
  const item: Candidate<Item> = { item_id: toId(itemId), quantity: toNumber(quantity) };
  if (itemName !== undefined) item.item_name = itemName;
  if (category !== undefined) item.category = category;
  if (price !== undefined) item.price_minor = toPrice(draft, price, index);
  return item;
}
