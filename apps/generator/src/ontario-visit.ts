import type {
  CardProvider,
  OntarioEnvelope,
  OntarioPaymentMethod,
  OrderItemAdded,
  ServiceType,
} from './ontario-events.js';
import { opinion } from './ontario-feedback.js';
import { chooseItem, type Daypart, type OntarioMenuItem } from './ontario-menu.js';
import { centsBetweenShares, dollars, shareOf } from './money.js';
import { atTempo, isoTime, MINUTE_MS, SECOND_MS, type Happening } from './profile.js';
import type { Random, Weighted } from './random.js';

/** Ontario's harmonized sales tax, in basis points. */
export const HST_BASIS_POINTS = 1_300;

export const SERVICE_TYPES: Weighted<ServiceType> = [
  ['dine_in', 62],
  ['takeout', 23],
  ['delivery', 15],
];

export const PAYMENT_METHODS: Weighted<OntarioPaymentMethod> = [
  ['credit_card', 52],
  ['debit_card', 18],
  ['cash', 14],
  ['digital_wallet', 12],
  ['gift_card', 4],
];

export const PROVIDERS: Weighted<CardProvider> = [
  ['VISA', 48],
  ['Mastercard', 42],
  ['Amex', 10],
];

/** Tips as shares of the subtotal, in basis points, both ends included. */
export const TIP_BASIS_POINTS: Readonly<Record<ServiceType, { least: number; most: number }>> = {
  dine_in: { least: 1_200, most: 2_400 },
  takeout: { least: 0, most: 1_000 },
  delivery: { least: 800, most: 2_000 },
};

/** Pieces in an order. */
export const PIECES: Weighted<number> = [
  [1, 30],
  [2, 34],
  [3, 22],
  [4, 14],
];

/** Orders whose guest says how it was. */
export const GIVES_FEEDBACK = 0.25;

/** Times of a visit at life's pace. */
export const TIMES_MS = {
  toFirstItem: { least: 20 * SECOND_MS, most: 4 * MINUTE_MS },
  toNextItem: { least: 4 * SECOND_MS, most: 60 * SECOND_MS },
  /** Dine-in pays after the meal, the others when they have ordered. */
  toPay: {
    dine_in: { least: 25 * MINUTE_MS, most: 75 * MINUTE_MS },
    takeout: { least: 10 * SECOND_MS, most: 90 * SECOND_MS },
    delivery: { least: 10 * SECOND_MS, most: 90 * SECOND_MS },
  },
  toFeedback: { least: 2 * MINUTE_MS, most: 90 * MINUTE_MS },
};

const REPEATS_THE_PIECE_BEFORE = 0.15;
const KNOWN_GUESTS: Readonly<Record<ServiceType, number>> = { dine_in: 0.2, takeout: 0.7, delivery: 1 };
// prettier-ignore
const PARTY_SIZES: Weighted<number> = [[1, 20], [2, 44], [3, 14], [4, 14], [5, 4], [6, 2], [7, 1], [8, 1]];

/** An order as it begins. */
export interface Arriving {
  readonly startMs: number;
  readonly locationId: string;
  readonly locationName: string;
  readonly part: Daypart;
  /** How many times faster than life the visit goes. */
  readonly tempo: number;
}

/** One order from its first line to what the guest said about it, in the order of event time. */
export function ontarioVisit(arriving: Arriving, random: Random): Happening[] {
  const { startMs, locationId, locationName, tempo } = arriving;
  const visitId = random.uuid();
  const orderId = random.uuid();
  const service = random.pickWeighted(SERVICE_TYPES);
  const known = random.chance(KNOWN_GUESTS[service])
    ? { customer_id: `CUS-${String(random.integer(1, 99_999_999)).padStart(8, '0')}` }
    : {};
  const happenings: Happening[] = [];
  let atMs = startMs;

  const envelope = <Type extends string>(type: Type): OntarioEnvelope & { event_type: Type } => ({
    event_id: random.uuid(),
    event_type: type,
    timestamp: isoTime(atMs),
    location_id: locationId,
    location_name: locationName,
    visit_id: visitId,
    order_id: orderId,
  });
  const after = ({ least, most }: { least: number; most: number }) => {
    atMs += atTempo(random.central(least, most), tempo);
  };

  const partySize = service === 'dine_in' ? random.pickWeighted(PARTY_SIZES) : null;
  const created = { ...envelope('order_created'), service_type: service, party_size: partySize, ...known };
  happenings.push({ atMs, event: created });

  let subtotalCents = 0;
  for (const { item, quantity } of orderLines(arriving.part, random)) {
    after(happenings.length === 1 ? TIMES_MS.toFirstItem : TIMES_MS.toNextItem);
    subtotalCents += item.priceCents * quantity;
    happenings.push({ atMs, event: { ...envelope('order_item_added'), ...lineFields(item, quantity, random) } });
  }

  after(TIMES_MS.toPay[service]);
  happenings.push({
    atMs,
    event: { ...envelope('payment_captured'), ...paymentFields(service, subtotalCents, random), ...known },
  });

  if (random.chance(GIVES_FEEDBACK)) {
    after(TIMES_MS.toFeedback);
    const { rating, npsScore, comment } = opinion(random);
    const said = { feedback_id: random.uuid(), rating, nps_score: npsScore, comment };
    happenings.push({ atMs, event: { ...envelope('feedback_submitted'), ...said, ...known } });
  }
  return happenings;
}

/** One to four pieces; pieces of the same item share a line. */
function orderLines(part: Daypart, random: Random): { item: OntarioMenuItem; quantity: number }[] {
  const lines = new Map<string, { item: OntarioMenuItem; quantity: number }>();
  let item = chooseItem(part, random);
  for (let left = random.pickWeighted(PIECES); left > 0; left--) {
    const line = lines.get(item.itemId);
    lines.set(item.itemId, { item, quantity: (line?.quantity ?? 0) + 1 });
    if (!random.chance(REPEATS_THE_PIECE_BEFORE)) item = chooseItem(part, random);
  }
  return [...lines.values()];
}

function lineFields(
  item: OntarioMenuItem,
  quantity: number,
  random: Random,
): Omit<OrderItemAdded, 'event_type' | keyof OntarioEnvelope> {
  return {
    order_item_id: random.uuid(),
    item_id: item.itemId,
    item_name: item.name,
    category: item.category,
    unit_price: dollars(item.priceCents),
    quantity,
  };
}

function paymentFields(service: ServiceType, subtotalCents: number, random: Random) {
  const taxCents = shareOf(subtotalCents, HST_BASIS_POINTS);
  const { least, most } = TIP_BASIS_POINTS[service];
  const tipRange = centsBetweenShares(subtotalCents, least, most);
  const tipCents = random.integer(tipRange.least, tipRange.most);
  const method = random.pickWeighted(PAYMENT_METHODS);
  const isCard = method === 'credit_card' || method === 'debit_card';
  return {
    payment_id: random.uuid(),
    service_type: service,
    subtotal: dollars(subtotalCents),
    tax: dollars(taxCents),
    tip: dollars(tipCents),
    total: dollars(subtotalCents + taxCents + tipCents),
    currency: 'CAD' as const,
    payment_method: method,
    provider: isCard ? random.pickWeighted(PROVIDERS) : null,
  };
}
