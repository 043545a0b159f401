/** Bytes of many keys in one array, found by what they are, and compared by number. */

import { grown } from '@ticketrail/core';

/** So many keys fit at first, and again after `clear` what fitted before. */
const keysAtFirst = 4096;
const wordsAtFirst = 16 * keysAtFirst;

/**
 * Keys by number, in the order in which they were noted. Their bytes lie in words, the first byte highest and filled up
 * with zeros, so that keys are hashed and compared four bytes at a time and make no objects.
 *
 * A key is first noted and only found once it is held: of those that are the same, one.
 */
export class KeySet {
  /** Keys that were noted. */
  count = 0;
  private words = new Uint32Array(wordsAtFirst);
  private wordsUsed = 0;
  private readonly columns = new Columns();
  /** Numbers of keys plus one, by hash; 0 where there is none. At most half are taken. */
  private slots = new Int32Array(2 * keysAtFirst);
  private slotsTaken = 0;

  /** Bytes that the noted keys take. */
  get bytes(): number {
    return 4 * this.wordsUsed;
  }

  /** Notes the first `length` bytes of `bytes`: the number. */
  note(bytes: Uint8Array, length: number): number {
    if (this.count === this.columns.capacity) this.columns.double();
    const start = this.wordsUsed;
    const end = start + ((length + 3) >>> 2);
    if (end > this.words.length) this.words = grown(this.words, Math.max(end, 2 * this.words.length));
    const { words } = this;
    const whole = start + (length >>> 2);
    let hash = length;
    let at = 0;
    for (let word = start; word < end; word += 1, at += 4) {
      const value = word < whole ? wholeWord(bytes, at) : lastWord(bytes, at, length);
      words[word] = value;
      hash = Math.imul((hash << 5) ^ (hash >>> 27) ^ value, 0x9e3779b1);
    }
    this.wordsUsed = end;
    this.columns.start[this.count] = start;
    this.columns.length[this.count] = length;
    this.columns.hash[this.count] = hash ^ (hash >>> 15);
    this.count += 1;
    return this.count - 1;
  }

  /** Forgets the keys from this number on, none of which is held. */
  forgetFrom(key: number): void {
    if (key === this.count) return;
    this.wordsUsed = this.columns.start[key] as number;
    this.count = key;
  }

  /** The same key if one is held, or else this one, which is held from now on. */
  hold(key: number): number {
    const slot = this.slotOf(key);
    const held = (this.slots[slot] as number) - 1;
    if (held >= 0) return held;
    this.slots[slot] = key + 1;
    this.slotsTaken += 1;
    if (2 * this.slotsTaken > this.slots.length) this.growSlots();
    return key;
  }

  /** The number of the key if it is held, or -1. */
  find(bytes: Uint8Array): number {
    const key = this.note(bytes, bytes.length);
    const held = (this.slots[this.slotOf(key)] as number) - 1;
    this.forgetFrom(key);
    return held;
  }

  /** Below zero if key `a` sorts before key `b`, byte by byte; 0 if they are the same. */
  compare(a: number, b: number): number {
    const { words } = this;
    const { start, length } = this.columns;
    const aLength = length[a] as number;
    const bLength = length[b] as number;
    let at = start[a] as number;
    let other = start[b] as number;
    const end = at + ((Math.min(aLength, bLength) + 3) >>> 2);
    for (; at < end; at += 1, other += 1) {
      const difference = (words[at] as number) - (words[other] as number);
      if (difference !== 0) return difference;
    }
    return aLength - bLength;
  }

  /** Copies a key to the beginning of `target`: its length. */
  copyTo(key: number, target: Uint8Array): number {
    const length = this.columns.length[key] as number;
    let word = this.columns.start[key] as number;
    for (let at = 0; at < length; at += 4, word += 1) {
      const value = this.words[word] as number;
      target[at] = value >>> 24;
      target[at + 1] = value >>> 16;
      target[at + 2] = value >>> 8;
      target[at + 3] = value;
    }
    return length;
  }

  clear(): void {
    this.slots.fill(0);
    this.slotsTaken = 0;
    this.wordsUsed = 0;
    this.count = 0;
  }

  /** Where the key, or one that is the same, is held or would be. */
  private slotOf(key: number): number {
    const { slots } = this;
    const { hash } = this.columns;
    const wanted = hash[key] as number;
    const last = slots.length - 1;
    let slot = wanted & last;
    for (let held = slots[slot] as number; held !== 0; held = slots[slot] as number) {
      if (hash[held - 1] === wanted && this.compare(held - 1, key) === 0) break;
      slot = (slot + 1) & last;
    }
    return slot;
  }

  private growSlots(): void {
    const held = this.slots;
    this.slots = new Int32Array(2 * held.length);
    for (const key of held) if (key > 0) this.slots[this.slotOf(key - 1)] = key;
  }
}

class Columns {
  /** The first word. */
  start = new Uint32Array(keysAtFirst);
  /** Bytes. */
  length = new Uint16Array(keysAtFirst);
  hash = new Int32Array(keysAtFirst);

  get capacity(): number {
    return this.start.length;
  }

  double(): void {
    const capacity = 2 * this.capacity;
    this.start = grown(this.start, capacity);
    this.length = grown(this.length, capacity);
    this.hash = grown(this.hash, capacity);
  }
}

function wholeWord(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16);
  return (high | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number)) >>> 0;
}

function lastWord(bytes: Uint8Array, at: number, end: number): number {
  let word = 0;
  for (let n = 0; n < 4; n += 1) word = (word << 8) | (at + n < end ? (bytes[at + n] as number) : 0);
  return word >>> 0;
}
