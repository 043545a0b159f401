import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { CanonicalEvent, EventType } from './canonical.js';
import { EVENT_SCHEMAS } from './schemas.js';

/**
 * The compiled schemas. Compiled once when the module is loaded, so that nothing is compiled while events flow.
 * `verbose` puts the broken rule into the error, from which the message for the sender is made.
 */
const ajv = new Ajv2020({ verbose: true, strict: true, unicodeRegExp: true });
ajv.addKeyword({ keyword: 'x-refused-as', schemaType: 'string' });

const VALIDATORS = Object.fromEntries(
  Object.entries(EVENT_SCHEMAS).map(([eventType, schema]) => [eventType, ajv.compile(schema)]),
) as unknown as Readonly<Record<EventType, ValidateFunction>>;

/** The first rule that a would-be event of this type breaks; undefined when it is a canonical event. */
export function firstFault(eventType: EventType, candidate: unknown): ErrorObject | undefined {
  const validate = VALIDATORS[eventType];
  return validate(candidate) ? undefined : validate.errors?.[0];
}

/** True for a canonical event, such as one read back from the log. */
export function isCanonical(value: unknown): value is CanonicalEvent {
  if (typeof value !== 'object' || value === null || !('event_type' in value)) return false;
  const eventType = value.event_type;
  return (
    typeof eventType === 'string' &&
    Object.hasOwn(VALIDATORS, eventType) &&
    firstFault(eventType as EventType, value) === undefined
  );
}
