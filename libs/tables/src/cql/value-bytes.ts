/**
 * Values as bytes, one beside the other in chunks: text as UTF-8, and JSON as `JSON.stringify` writes it, without a text of the
 * whole ever being made. A chunk is never used again, so what was taken stays as it is for as long as somebody holds it.
 */
import { copyShort, type JsonValue, WHOLE_BYTES_MAX, writePlain, writeWhole } from '@ticketrail/core';

/** Bytes of one chunk: the values of some hundred rows. */
const CHUNK_BYTES = 65_536;

/** Text up to here is written character by character; for a longer one it is quicker to ask the engine. */
const SHORT_TEXT_MAX = 64;

const [QUOTE, COMMA, BRACKET, BRACKET_END] = [34, 44, 91, 93];

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
    this.reserve(bytes.length);
    if (bytes.length <= SHORT_TEXT_MAX) {
      this.at = copyShort(bytes, this.chunk, this.at);
    } else {
      this.chunk.set(bytes, this.at);
      this.at += bytes.length;
    }
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
    if (text.length <= SHORT_TEXT_MAX) {
      // Before the place is remembered: what is begun may move to another chunk.
      this.reserve(text.length + 2);
      const { at } = this;
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
    this.reserve(WHOLE_BYTES_MAX);
    this.at = writeWhole(value, this.chunk, this.at);
  }

  /** Any value as JSON: lists of texts and whole numbers, which most of them are, without a text in between. */
  json(value: JsonValue): void {
    if (typeof value === 'string') this.quoted(value);
    else if (Number.isSafeInteger(value)) this.whole(value as number);
    else if (Array.isArray(value)) this.list(value as readonly JsonValue[]);
    else this.text(JSON.stringify(value));
  }

  private list(values: readonly JsonValue[]): void {
    this.byte(BRACKET);
    for (let i = 0; i < values.length; i++) {
      if (i > 0) this.byte(COMMA);
      this.json(values[i]!);
    }
    this.byte(BRACKET_END);
  }

  private byte(byte: number): void {
    this.reserve(1);
    this.chunk[this.at++] = byte;
  }

  /** Writes plain text, with room for a quote behind it; writes nothing and answers false if it is any other. */
  private plain(text: string): boolean {
    this.reserve(text.length + 1);
    const end = writePlain(text, this.chunk, this.at);
    if (end >= 0) this.at = end;
    return end >= 0;
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
