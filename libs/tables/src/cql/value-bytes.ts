/**
 * Values as bytes, one beside the other in chunks: text as UTF-8, and JSON as `JSON.stringify` writes it, without a text of the
 * whole ever being made. A chunk is never used again, so what was taken stays as it is for as long as somebody holds it.
 */

/** Bytes of one chunk: the values of some hundred rows. */
const CHUNK_BYTES = 65_536;

/** Text up to here is written character by character; for a longer one it is quicker to ask the engine. */
const SHORT_TEXT_MAX = 64;

const [ZERO, MINUS, QUOTE, BACKSLASH] = [48, 45, 34, 92];

export class ValueBytes {
  private chunk = Buffer.alloc(0);
  private start = 0;
  private at = 0;

  /** Begins a value. What was written and never taken, as it was refused, is forgotten. */
  begin(): void {
    this.at = this.start;
  }

  /** What was written since `begin`. */
  take(): Buffer {
    const taken = this.chunk.subarray(this.start, this.at);
    this.start = this.at;
    return taken;
  }

  copy(bytes: Uint8Array): void {
    const { length } = bytes;
    this.reserve(length);
    const { chunk, at } = this;
    // Not `set`: for a dozen bytes the call costs more than they do.
    for (let i = 0; i < length; i++) chunk[at + i] = bytes[i]!;
    this.at = at + length;
  }

  /** Text as it is. */
  text(text: string): void {
    if (text.length <= SHORT_TEXT_MAX && this.plain(text)) return;
    const bytesMax = text.length * 3;
    this.reserve(bytesMax < CHUNK_BYTES ? bytesMax : Buffer.byteLength(text));
    this.at += this.chunk.write(text, this.at);
  }

  /** Text as a value of JSON. */
  quoted(text: string): void {
    const { at } = this;
    if (text.length <= SHORT_TEXT_MAX) {
      this.reserve(text.length + 2);
      this.chunk[this.at++] = QUOTE;
      if (this.plain(text)) {
        this.chunk[this.at++] = QUOTE;
        return;
      }
      this.at = at;
    }
    this.text(JSON.stringify(text));
  }

  /** A whole number, as decimal digits. */
  whole(value: number): void {
    // A sign, and the sixteen digits of the largest safe integer.
    this.reserve(17);
    const { chunk } = this;
    let rest = value;
    if (rest < 0) {
      chunk[this.at++] = MINUS;
      rest = -rest;
    }
    let end = this.at + 1;
    for (let next = 10; next <= rest; next *= 10) end++;
    this.at = end;
    // Whole numbers of 31 bits are divided several times as fast.
    while (rest > 0x3fffffff) {
      const quotient = Math.floor(rest / 10);
      chunk[--end] = ZERO + (rest - quotient * 10);
      rest = quotient;
    }
    let small = rest | 0;
    do {
      const quotient = (small / 10) | 0;
      chunk[--end] = ZERO + (small - quotient * 10);
      small = quotient;
    } while (small > 0);
  }

  /** Writes text of printable ASCII that JSON needs not escape; writes nothing and answers false if it is any other. */
  private plain(text: string): boolean {
    const { length } = text;
    this.reserve(length + 1);
    const { chunk, at } = this;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code < 0x20 || code > 0x7e || code === QUOTE || code === BACKSLASH) return false;
      chunk[at + i] = code;
    }
    this.at = at + length;
    return true;
  }

  private reserve(more: number): void {
    if (this.at + more <= this.chunk.length) return;
    const begun = this.at - this.start;
    const larger = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, begun + more));
    this.chunk.copy(larger, 0, this.start, this.at);
    this.chunk = larger;
    this.start = 0;
    this.at = begun;
  }
}
