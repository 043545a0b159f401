import type { Rejection } from './batches.js';
import { BUILD } from './dialects/build.js';
import { recognise } from './dialects/catalogue.js';
import { isCloudEvent, openEnvelope, type Envelope } from './dialects/cloudevents.js';
import { isFields, type Fields } from './dialects/dialect.js';
import { Draft } from './dialects/draft.js';
import { explain } from './dialects/explain.js';
import { readInto } from './dialects/reader.js';
import { toId } from './dialects/values.js';
import type { CanonicalEvent } from './events/canonical.js';
import { TEXT_LENGTH_MAX } from './events/limits.js';
import { rejection, show, type Fault } from './events/reasons.js';
import { firstFault } from './events/validation.js';

export { isRejection } from './events/reasons.js';

/**
 * Turns what a sender wrote into a canonical event, or into a refusal that says why. Total: it gives one or the other for every value
 * that JSON can hold, and never throws. Pure: the same input gives the same outcome, always.
 *
 * `raw` is the parsed object, or the text of what was not a JSON object. The caller bounds the size of an object; text is bounded here.
 */
export function normalise(raw: unknown): CanonicalEvent | Rejection {
  const outcome = typeof raw === 'string' ? readText(raw) : readValue(raw);
  return 'reason' in outcome ? rejection(outcome, raw) : outcome;
}

/** The key whose hash chooses the partition: the place, or the order for an event of no place. */
export function routingKey(event: CanonicalEvent): string {
  if (event.location_id !== '') return event.location_id;
  // Events of no place always name their order; see the readers of sales and feedback.
  return 'order_id' in event ? (event.order_id ?? '') : '';
}

/** Name of the dialect an event is written in, for metrics; `unknown` when it is none, `cloudevents+` before one that came in an envelope. */
export function dialectOf(raw: unknown): string {
  if (!isFields(raw)) return 'unknown';
  const envelope = isCloudEvent(raw) ? openEnvelope(raw) : undefined;
  if (envelope !== undefined && 'reason' in envelope) return 'unknown';
  const form = recognise(envelope?.data ?? raw, envelope?.eventType);
  if ('reason' in form) return 'unknown';
  return envelope === undefined ? form.dialect.name : `cloudevents+${form.dialect.name}`;
}

function readText(text: string): CanonicalEvent | Fault {
  if (text.length > TEXT_LENGTH_MAX) {
    return {
      reason: 'too_large',
      message: `an event must not be longer than ${TEXT_LENGTH_MAX} characters, and this is ${text.length}`,
    };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { reason: 'not_json', message: `the event is not JSON: ${show(text)}` };
  }
  return readValue(value);
}

function readValue(raw: unknown): CanonicalEvent | Fault {
  if (!isFields(raw)) return { reason: 'not_an_object', message: `an event must be a JSON object, not ${show(raw)}` };
  if (!isCloudEvent(raw)) return readFields(raw, undefined);
  const envelope = openEnvelope(raw);
  return 'reason' in envelope ? envelope : readFields(envelope.data, envelope);
}

function readFields(raw: Fields, envelope: Envelope | undefined): CanonicalEvent | Fault {
  const form = recognise(raw, envelope?.eventType);
  if ('reason' in form) return form;
  const draft = new Draft(form, raw);
  readInto(draft, raw, 1);
  const nested = form.dialect.nested === '' ? undefined : raw[form.dialect.nested];
  if (isFields(nested)) readInto(draft, nested, 2);
  if (envelope !== undefined) takeEnvelope(draft, envelope);
  if (form.dialect.name === 'pizza') completePizza(draft);

  const event = BUILD[form.eventType](draft);
  if (draft.fault !== undefined) return draft.fault;
  const broken = firstFault(form.eventType, event);
  if (broken !== undefined) return explain(draft, broken);
  const counted = event as CanonicalEvent;
  return draft.meter.unfaithful ? (JSON.parse(JSON.stringify(counted)) as CanonicalEvent) : counted;
}

function takeEnvelope(draft: Draft, envelope: Envelope): void {
  if (draft.event_id === undefined && envelope.id !== undefined) draft.standIn('event_id', 'id', envelope.id);
  if (draft.timestamp === undefined && envelope.time !== undefined) draft.standIn('timestamp', 'time', envelope.time);
  if (envelope.rest !== undefined) readInto(draft, { cloudevent: envelope.rest }, 0);
}

/** An order of the pizza delivery happens once, so its number identifies the event; and what is sold is called by its type. */
function completePizza(draft: Draft): void {
  const order = toId(draft.order_id);
  if (draft.event_id === undefined) {
    draft.standIn('event_id', draft.nameOf('order_id'), typeof order === 'string' ? `pizza-${order}` : order);
  }
  draft.item_name ??= draft.item_id;
}
