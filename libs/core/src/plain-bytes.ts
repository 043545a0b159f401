/** Numbers and plain text as bytes, where many of them are written: in answers, and in rows. There has to be room for them. */

const [ZERO, MINUS, QUOTE, BACKSLASH] = [48, 45, 34, 92];

/** Bytes of a safe integer at most: a sign and sixteen digits. */
export const WHOLE_BYTES_MAX = 17;

/** Writes a safe integer as decimal digits, as JSON has it, at `at`: where the next byte goes. */
export function writeWhole(value: number, bytes: Uint8Array, at: number): number {
  let rest = value;
  let end = at + 1;
  if (rest < 0) {
    bytes[at] = MINUS;
    rest = -rest;
    end++;
  }
  for (let next = 10; next <= rest; next *= 10) end++;
  let digit = end;
  // Whole numbers of 31 bits are divided several times as fast.
  while (rest > 0x3fffffff) {
    const quotient = Math.floor(rest / 10);
    bytes[--digit] = ZERO + (rest - quotient * 10);
    rest = quotient;
  }
  let small = rest | 0;
  do {
    const quotient = (small / 10) | 0;
    bytes[--digit] = ZERO + (small - quotient * 10);
    small = quotient;
  } while (small > 0);
  return end;
}

/**
 * Writes text of printable ASCII that JSON need not escape, a byte a character, and answers where the next byte goes; −1 if it
 * is any other text, which is left to those who know: quotes, backslashes, control characters, other scripts.
 */
export function writePlain(text: string, bytes: Uint8Array, at: number): number {
  const { length } = text;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code > 0x7e || code === QUOTE || code === BACKSLASH) return -1;
    bytes[at + i] = code;
  }
  return at + length;
}

/** Copies bytes with start ≤ index < end to `at`. Not `set`: for a dozen bytes the call costs more than they do. */
export function copyShort(from: Uint8Array, bytes: Uint8Array, at: number, start = 0, end = from.length): number {
  for (let i = start; i < end; i++) bytes[at + i - start] = from[i]!;
  return at + end - start;
}
