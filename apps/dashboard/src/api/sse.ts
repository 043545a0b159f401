/** One message of a text/event-stream, or a comment line, which servers send as a sign of life. */
export type SseMessage =
  { readonly kind: 'event'; readonly event: string; readonly data: string } | { readonly kind: 'comment' };

/** A line longer than this is no message of ours: the stream is broken, and reading on would only fill memory. */
const LINE_CHARS_MAX = 32 * 1024 * 1024;

/**
 * Reads a text/event-stream in chunks that may end anywhere: inside a line, between \r and \n, between two lines of one message.
 * Bytes are decoded by the caller. A message that the stream breaks off in the middle of is never given out.
 */
export class SseParser {
  #rest = '';
  #event = '';
  #data: string[] = [];
  #first = true;

  push(chunk: string): SseMessage[] {
    let text = this.#rest + chunk;
    if (this.#first && text.length > 0) {
      if (text.startsWith('\uFEFF')) text = text.slice(1);
      this.#first = false;
    }
    const messages: SseMessage[] = [];
    let start = 0;
    for (;;) {
      const end = endOfLine(text, start);
      if (!end) break;
      this.#line(text.slice(start, end.at), messages);
      start = end.next;
    }
    this.#rest = text.slice(start);
    if (this.#rest.length > LINE_CHARS_MAX)
      throw new RangeError('A line of the stream is longer than any message may be');
    return messages;
  }

  #line(line: string, messages: SseMessage[]): void {
    if (line === '') {
      if (this.#data.length > 0)
        messages.push({ kind: 'event', event: this.#event || 'message', data: this.#data.join('\n') });
      this.#event = '';
      this.#data = [];
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) {
      messages.push({ kind: 'comment' });
      return;
    }
    const field = colon < 0 ? line : line.slice(0, colon);
    const raw = colon < 0 ? '' : line.slice(colon + 1);
    const value = raw.startsWith(' ') ? raw.slice(1) : raw;
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#event = value;
    // `id` and `retry` are not read: every message is a whole figure, so there is no place in the stream to resume from.
  }
}

/** A \r at the very end waits for the next chunk: it may be the first half of \r\n. */
function endOfLine(text: string, from: number): { at: number; next: number } | undefined {
  for (let at = from; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === 10) return { at, next: at + 1 };
    if (c === 13) {
      if (at + 1 === text.length) return undefined;
      return { at, next: text.charCodeAt(at + 1) === 10 ? at + 2 : at + 1 };
    }
  }
  return undefined;
}
