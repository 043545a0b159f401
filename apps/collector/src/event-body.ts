/**
 * Takes a request's body apart into events, each with its own text. Pure.
 *
 * What is wrong with the request as a whole (no content, an unknown type, too many events) is a Problem; what is wrong with one
 * event is that event's own matter, and its neighbours are taken.
 */
import type { TakenEvent } from '@ticketrail/pipeline';
import { Problem } from '@ticketrail/runtime';

export const EVENTS_MAX = 10_000;
export const EVENT_CHARACTERS_MAX = 65_536;

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

export function readEvents(contentType: string | undefined, headers: Headers, body: Buffer | undefined): TakenEvent[] {
  if (body === undefined || body.length === 0) throw new Problem('bad_request', 'The body is empty: send at least one event.');
  const text = body.toString('utf8');
  const type = (contentType ?? 'application/json').split(';')[0]!.trim().toLowerCase();
  const events = readByType(type, headers, text);
  if (events.length === 0) throw new Problem('bad_request', 'The body holds no event.');
  return events;
}

function readByType(type: string, headers: Headers, text: string): TakenEvent[] {
  switch (type) {
    case 'application/x-ndjson':
    case 'application/ndjson':
    case 'application/jsonl':
    case 'application/x-jsonlines':
      return readLines(text);
    case 'application/json':
      return headers['ce-specversion'] === undefined ? readJson(text) : [readBinaryCloudEvent(headers, text)];
    case 'application/cloudevents+json':
    case 'application/cloudevents-batch+json':
      return readJson(text);
    default:
      throw new Problem(
        'unsupported_media_type',
        `'${type.slice(0, 80)}' is not understood; send application/json, application/x-ndjson, application/cloudevents+json or application/cloudevents-batch+json.`,
      );
  }
}

function readLines(text: string): TakenEvent[] {
  const events: TakenEvent[] = [];
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    const line = text.slice(start, text.charCodeAt(end - 1) === 13 ? end - 1 : end);
    start = end + 1;
    if (line.trim() === '') continue;
    if (events.length >= EVENTS_MAX) throw tooMany();
    events.push(readLine(line));
  }
  return events;
}

/** A line that is not a JSON object goes on as its text; settling says what is wrong with it. */
function readLine(line: string): TakenEvent {
  if (line.length > EVENT_CHARACTERS_MAX) return refusedText(line);
  try {
    const value: unknown = JSON.parse(line);
    if (isObject(value)) return { text: line, value };
  } catch {
    // Not JSON: kept as text.
  }
  return refusedText(line);
}

function readJson(text: string): TakenEvent[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message.slice(0, 200) : '';
    throw new Problem('bad_request', `The body is not JSON (${detail}). Several events: send an array, or NDJSON.`);
  }
  if (!Array.isArray(value)) return [takeValue(value, text)];
  if (value.length > EVENTS_MAX) throw tooMany();
  return value.map((each: unknown) => takeValue(each, undefined));
}

function takeValue(value: unknown, text: string | undefined): TakenEvent {
  const own = text ?? stringify(value);
  if (own === undefined) return refusedText('[nested too deeply to be written down]');
  return isObject(value) && own.length <= EVENT_CHARACTERS_MAX ? { text: own, value } : refusedText(own);
}

/** Undefined when the value is nested so deeply that it cannot be written. */
function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The event goes into the log as a text, cut where it is too long to be kept whole. */
function refusedText(text: string): TakenEvent {
  // One character more than is allowed, so that settling sees that it was too long.
  const value = text.slice(0, EVENT_CHARACTERS_MAX + 1);
  return { text: JSON.stringify(value), value };
}

/** CloudEvents in binary mode: attributes in `ce-` headers, the data in the body. */
function readBinaryCloudEvent(headers: Headers, text: string): TakenEvent {
  const envelope: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('ce-') && typeof value === 'string') envelope[name.slice(3)] = decodeAttribute(value);
  }
  try {
    envelope['data'] = JSON.parse(text);
  } catch {
    return refusedText(text);
  }
  return takeValue(envelope, undefined);
}

/** Header values are percent-encoded: CloudEvents HTTP binding, section 3.1.3.2. */
function decodeAttribute(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function tooMany(): Problem {
  return new Problem('too_large', `A request holds ${EVENTS_MAX} events at most; send them in several.`);
}
