/** The four events of a visit as text whose ids, places and times are slots, to be overwritten for each event that is sent. */
export const idDigits = 12;
export const placeDigits = 6;
const tagLength = 8;
const idSlot = '0'.repeat(idDigits);
const timeSlot = '2000-01-01T00:00:00.000Z';

export interface EventText {
  readonly text: string;
  /** What it pays; 0 for all but payments. */
  readonly cents: number;
  readonly slots: Slots;
}

/** Where each slot stands in the text, from its beginning; -1 where it has none. */
export interface Slots {
  readonly id: number;
  readonly time: number;
  readonly place: number;
  readonly table: number;
  readonly order: number;
}

/** The text of a line. @param tag makes ids unique among runs on one product */
export function eventText(line: number, tag: string, isMalformed: boolean): EventText {
  const type = ['table_seated', 'order_placed', 'order_completed', 'payment'][line % 4] as string;
  const run = tag.padEnd(tagLength, '_').slice(0, tagLength);
  const event: Record<string, unknown> = {
    event_id: `evt_${run}${idSlot}`,
    event_type: type,
    timestamp: isMalformed ? 'yesterday' : timeSlot,
    location_id: `loc_${'0'.repeat(placeDigits)}`,
    location_name: `Restaurant on ${line % 97}th Street`,
    table_id: 'table_00',
  };
  if (type !== 'table_seated') event['order_id'] = `ord_${run}${idSlot}`;
  const cents = addDetails(event, type, line);
  const text = JSON.stringify(event);
  const after = (before: string): number => (text.includes(before) ? text.indexOf(before) + before.length : -1);
  return {
    text,
    cents: isMalformed ? 0 : cents,
    slots: {
      id: after(`"evt_${run}`),
      time: text.indexOf(timeSlot),
      place: after('"location_id":"loc_'),
      table: after('"table_id":"table_'),
      order: after(`"ord_${run}`),
    },
  };
}

function addDetails(event: Record<string, unknown>, type: string, line: number): number {
  const subtotal = 1_000 + ((line * 37) % 9_000);
  const money = (cents: number): number => Number((cents / 100).toFixed(2));
  if (type === 'table_seated') Object.assign(event, { party_size: 1 + (line % 6), server_id: `server_${line % 40}` });
  if (type === 'order_placed') {
    const item = (number: number): object => ({
      item_id: `item_${number % 120}`,
      item_name: `Dish No ${number % 120}`,
      category: ['Pizza', 'Salad', 'Drink'][number % 3],
      price: money(subtotal),
      quantity: 1,
    });
    Object.assign(event, {
      server_id: `server_${line % 40}`,
      items: [item(line), item(line * 7 + 1)],
      subtotal: money(subtotal * 2),
    });
  }
  if (type === 'order_completed') event['kitchen_time_minutes'] = 5 + (line % 30);
  if (type !== 'payment') return 0;
  const [tax, tip] = [Math.round(subtotal * 0.09), Math.round(subtotal * 0.15)];
  const total = subtotal + tax + tip;
  Object.assign(event, {
    subtotal: money(subtotal),
    tax: money(tax),
    tip: money(tip),
    total_amount: money(total),
    payment_method: 'credit_card',
  });
  return total;
}

/** Writes a whole number with leading zeros. */
export function writeNumber(target: Buffer, position: number, value: number, width: number): void {
  let rest = value;
  for (let at = position + width - 1; at >= position; at--) {
    const tens = Math.floor(rest / 10);
    target[at] = 48 + (rest - tens * 10);
    rest = tens;
  }
}
