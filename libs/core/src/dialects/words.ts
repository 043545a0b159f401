import type { ServiceType } from '../events/canonical.js';

/** Spellings of the ways a guest gets the food, by their snake-case form. */
const SERVICE_TYPES: ReadonlyMap<string, ServiceType> = new Map([
  ['dine_in', 'dine_in'],
  ['dinein', 'dine_in'],
  ['eat_in', 'dine_in'],
  ['takeout', 'takeout'],
  ['take_out', 'takeout'],
  ['takeaway', 'takeout'],
  ['take_away', 'takeout'],
  ['carryout', 'takeout'],
  ['carry_out', 'takeout'],
  ['pickup', 'takeout'],
  ['pick_up', 'takeout'],
  ['to_go', 'takeout'],
  ['delivery', 'delivery'],
  ['delivered', 'delivery'],
]);

/** Spellings of payment methods, by their snake-case form. Words that are not here are kept in their snake-case form. */
const PAYMENT_METHODS: ReadonlyMap<string, string> = new Map([
  ['credit_card', 'credit_card'],
  ['credit', 'credit_card'],
  ['creditcard', 'credit_card'],
  ['debit_card', 'debit_card'],
  ['debit', 'debit_card'],
  ['debitcard', 'debit_card'],
  ['cash', 'cash'],
  ['digital_wallet', 'digital_wallet'],
  ['digitalwallet', 'digital_wallet'],
  ['wallet', 'digital_wallet'],
  ['mobile_wallet', 'digital_wallet'],
  ['gift_card', 'gift_card'],
  ['gift', 'gift_card'],
  ['giftcard', 'gift_card'],
]);

/** The payment method of a payment whose sender does not tell. */
export const UNKNOWN_PAYMENT_METHOD = 'unknown';

/** Lower-case words joined by underscores: `Dine-In` → `dine_in`, `Apple Pay` → `apple_pay`. */
export function snakeCase(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_|_$/g, '');
}

/** The service type that a sender's word means; undefined for a word that is none of the three. */
export function serviceTypeOf(text: string): ServiceType | undefined {
  return SERVICE_TYPES.get(text) ?? SERVICE_TYPES.get(snakeCase(text));
}

/** The stable word for a payment method. */
export function paymentMethodOf(text: string): string {
  const known = PAYMENT_METHODS.get(text);
  if (known !== undefined) return known;
  const word = snakeCase(text);
  return word === '' ? UNKNOWN_PAYMENT_METHOD : (PAYMENT_METHODS.get(word) ?? word);
}
