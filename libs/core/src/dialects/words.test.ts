import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { paymentMethodOf, serviceTypeOf, snakeCase } from './words.js';

describe('words', () => {
  test.each([
    ['Dine-In', 'dine_in'],
    ['dine in', 'dine_in'],
    ['DINE_IN', 'dine_in'],
    ['takeaway', 'takeout'],
    ['Take Out', 'takeout'],
    ['delivery', 'delivery'],
    ['catering', undefined],
  ])('service type %p is %p', (written, meant) => {
    expect(serviceTypeOf(written)).toBe(meant);
  });

  test.each([
    ['credit', 'credit_card'],
    ['Credit Card', 'credit_card'],
    ['debit', 'debit_card'],
    ['CASH', 'cash'],
    ['digital-wallet', 'digital_wallet'],
    ['gift card', 'gift_card'],
    ['Apple Pay', 'apple_pay'],
    ['__proto__', 'proto'],
    ['--', 'unknown'],
  ])('payment method %p is %p', (written, meant) => {
    expect(paymentMethodOf(written)).toBe(meant);
  });

  test('a word once normalised stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(snakeCase(snakeCase(text))).toBe(snakeCase(text));
        expect(paymentMethodOf(paymentMethodOf(text))).toBe(paymentMethodOf(text));
      }),
    );
  });
});
