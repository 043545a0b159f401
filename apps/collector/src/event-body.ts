/**
 * Takes a request's body apart into events, each with its own text. Pure.
 *
 * What is wrong with the request as a whole (no content, an unknown type, too many events) is a Problem; what is wrong with one
 * event is that event's own matter, and its neighbours are taken.
 */
import type { TakenEvent } from '@ticketrail/pipeline';
import { Problem } from '@ticketrail/runtime';
import { mayNestDeeply, splitElements } from './json-text.js';

export const EVENTS_MAX = 10_000;
export const EVENT_CHARACTERS_MAX = 65_536;

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

export function readEvents(contentType: string | undefined, headers: Headers, body: Buffer | undefined): TakenEvent[] {
  if (body === undefined || body.length === 0)
    throw new Problem('bad_request', 'The body is empty: send at least one event.');
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
  for (let start = 0; start < text.length;) {
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
    return takeValue(JSON.parse(line), line);
  } catch {
    return refusedText(line);
  }
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
  return splitElements(text).map((own, i) => takeValue((value as unknown[])[i], own));
}

function takeValue(value: unknown, text: string): TakenEvent {
  const isOrdinary = isObject(value) && text.length <= EVENT_CHARACTERS_MAX && !mayNestDeeply(text);
  return isOrdinary ? { text, value } : refusedText(text);
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
  if (mayNestDeeply(text)) return refusedText(text);
  try {
    envelope['data'] = JSON.parse(text);
  } catch {
    return refusedText(text);
  }
  return takeValue(envelope, JSON.stringify(envelope));
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
