import { show, type Fault } from '../events/reasons.js';
import { isFields, type Fields } from './dialect.js';

/**
 * A CloudEvents 1.0 envelope in JSON. What its data does not say, it says: `id` is the event's identity, `time` its timestamp, and the
 * last segment of `type` its event type (`com.example.payment`, `com.example.payment.v1`).
 *
 * An `id` is unique only within its `source`: two sources that number alike at one location must put an `event_id` into their data.
 */
export interface Envelope {
  readonly data: Fields;
  readonly id: unknown;
  readonly time: unknown;
  readonly eventType: string | undefined;
  /** Every other attribute, such as source and subject; undefined when there is none. */
  readonly rest: Fields | undefined;
}

/** Attributes that are taken up, or that say nothing about what happened. */
const TAKEN_UP = new Set(['specversion', 'datacontenttype', 'data', 'data_base64', 'id', 'time', 'type']);
const TYPE_LENGTH_MAX = 256;

export function isCloudEvent(raw: Fields): boolean {
  return raw['specversion'] !== undefined;
}

export function openEnvelope(raw: Fields): Envelope | Fault {
  if (raw['specversion'] !== '1.0') {
    return { reason: 'invalid_value', message: `specversion must be "1.0", not ${show(raw['specversion'])}` };
  }
  const data = dataOf(raw);
  if (!isFields(data)) {
    return { reason: 'not_an_object', message: `the data of a CloudEvent must be a JSON object, not ${show(data)}` };
  }
  return { data, id: raw['id'], time: raw['time'], eventType: eventTypeOf(raw['type']), rest: restOf(raw) };
}

function dataOf(raw: Fields): unknown {
  const encoded = raw['data_base64'];
  if (raw['data'] !== undefined || typeof encoded !== 'string') return raw['data'];
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // Neither base64, nor UTF-8, nor JSON: then there is no data, and the event is refused for it.
    return undefined;
  }
}

function eventTypeOf(type: unknown): string | undefined {
  if (typeof type !== 'string' || type.length > TYPE_LENGTH_MAX) return undefined;
  const segments = type.split(/[./:]/);
  if (/^v?\d+$/.test(segments.at(-1) ?? '')) segments.pop();
  return segments.at(-1);
}

function restOf(raw: Fields): Fields | undefined {
  const rest = Object.entries(raw).filter(([name]) => !TAKEN_UP.has(name));
  // Made of entries, a field called __proto__ stays a field, which the reader meets and refuses.
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}
