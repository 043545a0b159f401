/**
 * The parts of an order in memory: three numbers of each, and one text that says what any of them contributes.
 *
 * An order stays in memory for hours, and its parts are hardly ever looked at again. As events they would be many small objects,
 * which the garbage collector follows again and again; it looks neither into a text nor into an array of numbers. What is asked
 * of an order with every event is answered by the numbers; an earlier part becomes an event again only if the new one changes
 * what it contributes, and then with no more than what the figures are made of. The rest of it is in its row.
 */
import type {
  Item,
  OrderCompleted,
  OrderItemAdded,
  OrderPlaced,
  OrderVoided,
  Payment,
  PaymentRefunded,
  Sale,
} from '../events/canonical.js';

export type OrderEvent = OrderPlaced | OrderItemAdded | OrderCompleted | Payment | PaymentRefunded | OrderVoided | Sale;

export interface OrderPart {
  readonly place: number;
  readonly event: OrderEvent;
}

/** The lines an event brings, if it is of a type that brings lines. */
export function itemsOf(event: OrderEvent): readonly Item[] | undefined {
  return event.event_type === 'order_placed' || event.event_type === 'order_item_added' || event.event_type === 'sale'
    ? event.items
    : undefined;
}

const TYPES: readonly OrderEvent['event_type'][] = [
  'order_placed',
  'order_item_added',
  'order_completed',
  'payment',
  'payment_refunded',
  'order_voided',
  'sale',
];
const [PAYMENT, SALE, VOIDED] = (['payment', 'sale', 'order_voided'] as const).map((type) => TYPES.indexOf(type));

/** Numbers of a part: its place, the time of its event, and how many lines that has, shifted, with its type. */
const STRIDE = 3;
const TIME = 1;
const LINES = 2;
const TYPE_BITS = 3;
const TYPE_MASK = 2 ** TYPE_BITS - 1;

/** What an order holds in memory besides its numbers and its text, with its place in a cache: as measured. */
const ORDER_BYTES = 272;
const NUMBER_BYTES = 8;

/** Between the parts in the text; JSON has none. */
const BORDER = '\n';

export class OrderParts {
  /** Of one part after the other, by place. To add to an array would leave room in it for many more: it is replaced instead. */
  private numbers: readonly number[] = NO_NUMBERS;
  /** What each contributes: see contentOf. */
  private text = '';

  constructor(
    readonly orderId: string,
    readonly locationId: string,
  ) {}

  get length(): number {
    return this.numbers.length / STRIDE;
  }

  /** Roughly how much memory it takes. */
  get bytes(): number {
    return ORDER_BYTES + this.numbers.length * NUMBER_BYTES + this.text.length;
  }

  placeAt(index: number): number {
    return this.numbers[index * STRIDE]!;
  }

  /** The time of the event, epoch milliseconds. */
  timeAt(index: number): number {
    return this.numbers[index * STRIDE + TIME]!;
  }

  /** How many lines the part brings. */
  linesAt(index: number): number {
    return this.numbers[index * STRIDE + LINES]! >> TYPE_BITS;
  }

  /** Whether the order may count at this part: a payment or a sale. */
  paysAt(index: number): boolean {
    const type = this.typeAt(index);
    return type === PAYMENT || type === SALE;
  }

  voidsAt(index: number): boolean {
    return this.typeAt(index) === VOIDED;
  }

  /** What each of the parts contributes, as text that `eventOf` reads. */
  contents(): string[] {
    return this.text.split(BORDER);
  }

  /**
   * The event of a part, as far as figures are made of it.
   *
   * @param content of that part
   */
  eventOf(index: number, content: string): OrderEvent {
    const { orderId: order_id, locationId: location_id } = this;
    const event = { event_type: TYPES[this.typeAt(index)]!, time: this.timeAt(index), location_id, order_id };
    return { ...event, ...fieldsIn(content, this.linesAt(index)) } as OrderEvent;
  }

  /** The index of the first part at this place or behind it; the last places are looked at first. */
  indexOf(place: number): number {
    let index = this.length;
    while (index > 0 && this.placeAt(index - 1) >= place) index--;
    return index;
  }

  /** Puts a part in, at the index that `indexOf` its place says. */
  insert(index: number, { place, event }: OrderPart): void {
    const { numbers, length } = this;
    const lines = itemsOf(event)?.length ?? 0;
    const added = [place, event.time, (lines << TYPE_BITS) | TYPES.indexOf(event.event_type)];
    const content = contentOf(event);
    if (index === length) {
      this.numbers = length === 0 ? added : numbers.concat(added);
      this.text = inOnePiece(length === 0 ? content : this.text + BORDER + content);
    } else {
      this.numbers = numbers.slice(0, index * STRIDE).concat(added, numbers.slice(index * STRIDE));
      this.text = inOnePiece(this.contents().toSpliced(index, 0, content).join(BORDER));
    }
  }

  private typeAt(index: number): number {
    return this.numbers[index * STRIDE + LINES]! & TYPE_MASK;
  }
}

/**
 * What the figures are made of, besides the numbers: the event's id, then its money if it moves any, then its lines. Names are
 * left out: a cell that the part touched when it came knows them since.
 */
function contentOf(event: OrderEvent): string {
  const content: (string | number | undefined)[] = [event.event_id];
  if (event.event_type === 'payment' || event.event_type === 'sale' || event.event_type === 'payment_refunded') {
    content.push(event.total_minor, event.subtotal_minor, event.tax_minor, event.tip_minor);
    content.push(event.payment_method, event.provider);
  }
  for (const { item_id, quantity, price_minor } of itemsOf(event) ?? []) content.push(item_id, quantity, price_minor);
  return JSON.stringify(content);
}

const LINE_FIELDS = 3;

/** The fields of `contentOf`, of an event of so many lines. */
function fieldsIn(content: string, lines: number): object {
  const values = JSON.parse(content) as unknown[];
  const items: object[] = [];
  for (let at = values.length - lines * LINE_FIELDS; at < values.length; at += LINE_FIELDS) {
    items.push({ item_id: values[at], quantity: values[at + 1], price_minor: values[at + 2] ?? undefined });
  }
  const [event_id, total_minor, subtotal_minor, tax_minor, tip_minor, payment_method, provider] = values;
  const movesMoney = values.length > lines * LINE_FIELDS + 1;
  if (!movesMoney) return { event_id, items };
  const money = { total_minor, subtotal_minor, tax_minor, tip_minor, payment_method, provider: provider ?? undefined };
  return { event_id, ...money, items };
}

/**
 * The same text without the pieces that it was made of, which would be kept in its place: asking for a character joins them.
 *
 * @param text JSON of an object or an array
 */
export function inOnePiece(text: string): string {
  const first = text.charCodeAt(0);
  if (first !== BRACKET && first !== BRACE) throw new TypeError('the text is neither an object nor an array');
  return text;
}

const BRACKET = 0x5b;
const BRACE = 0x7b;
const NO_NUMBERS: readonly number[] = [];
