/**
 * JSON as bytes, written one value after the other: what `JSON.stringify` makes of the same values, encoded as UTF-8. A list of
 * 20,000 rows is written so without an object, a text or a property of a row ever being made.
 */

import { grown } from '../grown.js';
import { copyShort, writePlain, writeWhole } from '../plain-bytes.js';

/** Numbers that are no whole parts are written as text, which is kept for as many of them: ratios of small counts come again and again. */
const KEPT_NUMBERS_MAX = 20_000;

/** Whole numbers up to here are written digit by digit. */
const DIGITS_MAX = 1e15;

/** Bytes up to which a loop copies them sooner than the call of a copy begins. */
const SHORT_MAX = 128;

const ZERO = 48;
const QUOTE = 34;

const keptNumbers = new Map<number, string>();

export class JsonBytes {
  private bytes: Uint8Array;
  private length = 0;

  constructor(size = 65_536) {
    this.bytes = new Uint8Array(size);
  }

  /** What was written. Valid until something else is. */
  get written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  /** Makes room for so many bytes more, so that it need not be made again and again. */
  makeRoom(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    this.bytes = grown(this.bytes, Math.max(this.bytes.length * 2, this.length + more));
  }

  /** Writes text that is JSON already. */
  raw(json: string): void {
    const { length } = json;
    this.makeRoom(length * 3);
    const { bytes } = this;
    let at = this.length;
    for (let i = 0; i < length; i++) {
      const code = json.charCodeAt(i);
      if (code < 0x80) bytes[at++] = code;
      else if (code < 0x800) {
        bytes[at++] = 0xc0 | (code >> 6);
        bytes[at++] = 0x80 | (code & 63);
      } else if (code < 0xd800 || code > 0xdbff) {
        bytes[at++] = 0xe0 | (code >> 12);
        bytes[at++] = 0x80 | ((code >> 6) & 63);
        bytes[at++] = 0x80 | (code & 63);
      } else {
        // A high surrogate always has its low one behind it: JSON escapes those that stand alone.
        const point = 0x10000 + ((code - 0xd800) << 10) + (json.charCodeAt(++i) - 0xdc00);
        bytes[at++] = 0xf0 | (point >> 18);
        bytes[at++] = 0x80 | ((point >> 12) & 63);
        bytes[at++] = 0x80 | ((point >> 6) & 63);
        bytes[at++] = 0x80 | (point & 63);
      }
    }
    this.length = at;
  }

  /** How many bytes were written. */
  get size(): number {
    return this.length;
  }

  /** Writes a part of what `written` once was. */
  copy(json: Uint8Array, from = 0, to = json.length): void {
    this.makeRoom(to - from);
    if (to - from <= SHORT_MAX) this.length = copyShort(json, this.bytes, this.length, from, to);
    else {
      this.bytes.set(json.subarray(from, to), this.length);
      this.length += to - from;
    }
  }

  text(value: string): void {
    this.makeRoom(value.length + 2);
    const { bytes, length } = this;
    const end = writePlain(value, bytes, length + 1);
    if (end < 0) return this.raw(JSON.stringify(value));
    bytes[length] = QUOTE;
    bytes[end] = QUOTE;
    this.length = end + 1;
  }

  /** Writes `value` / `per` with `per` 1, 10 or 100 and a whole `value`, or any value with `per` 1; null for NaN. */
  number(value: number, per: 1 | 10 | 100 = 1): void {
    if (!(value <= DIGITS_MAX && value >= -DIGITS_MAX) || Math.floor(value) !== value) return this.rare(value, per);
    this.makeRoom(24);
    const { bytes } = this;
    let at = this.length;
    let whole = value;
    if (whole < 0) {
      bytes[at++] = 45;
      whole = -whole;
    }
    let part = 0;
    if (per !== 1) {
      const quotient = Math.floor(whole / per);
      part = whole - quotient * per;
      whole = quotient;
    }
    at = writeWhole(whole, bytes, at);
    if (part !== 0) {
      bytes[at++] = 46;
      const tenths = per === 100 ? (part / 10) | 0 : part;
      bytes[at++] = ZERO + tenths;
      if (per === 100 && part !== tenths * 10) bytes[at++] = ZERO + (part - tenths * 10);
    }
    this.length = at;
  }

  private rare(value: number, per: number): void {
    const major = value / per;
    let text = keptNumbers.get(major);
    if (text === undefined) {
      text = JSON.stringify(major);
      if (keptNumbers.size >= KEPT_NUMBERS_MAX) keptNumbers.clear();
      keptNumbers.set(major, text);
    }
    this.raw(text);
  }
}
