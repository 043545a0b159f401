import { minorToText } from '../money.js';
import type { Draft } from './draft.js';
import { toAmount } from './values.js';
import { paymentMethodOf, UNKNOWN_PAYMENT_METHOD } from './words.js';

/** What an event says was paid, in minor units; undefined where it neither says nor implies it. */
export interface Paid {
  total: number | undefined;
  subtotal: number | undefined;
  tax: number;
  tip: number;
  method: unknown;
}

/**
 * Amounts and method of a payment, a refund or a sale. Tax and tip that are not told are zero; of total and subtotal, one gives the
 * other. Where both are told they are taken as told: discounts, fees and rounding to five cents live between them.
 */
export function toPaid(draft: Draft): Paid {
  let total = toAmount(draft, 'total');
  let subtotal = toAmount(draft, 'subtotal');
  const tax = toAmount(draft, 'tax') ?? 0;
  const tip = toAmount(draft, 'tip') ?? 0;
  if (total === undefined) {
    // Where a part is negative the schema refuses that part, and not a total that the sender never wrote.
    if (subtotal !== undefined) total = Math.max(0, subtotal + tax + tip);
  } else if (subtotal === undefined) {
    subtotal = total - tax - tip;
    if (subtotal < 0 && total >= 0) {
      if (tax >= 0 && tip >= 0) refuseParts(draft, total, tax, tip);
      subtotal = 0;
    }
  }
  return { total, subtotal, tax, tip, method: toMethod(draft.payment_method) };
}

function refuseParts(draft: Draft, total: number, tax: number, tip: number): void {
  draft.refuse(
    'invalid_amount',
    `${draft.nameOf('tax')} and ${draft.nameOf('tip')} are ${minorToText(tax + tip)} together, ` +
      `more than the ${draft.nameOf('total')} of ${minorToText(total)}`,
  );
}

function toMethod(value: unknown): unknown {
  if (value === undefined) return UNKNOWN_PAYMENT_METHOD;
  return typeof value === 'string' ? paymentMethodOf(value) : value;
}
