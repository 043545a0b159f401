import { show, type Fault } from '../events/reasons.js';
import type { Fields } from './dialect.js';
import { growingOrder } from './growing-order.js';
import { location } from './location.js';
import { isPizzaOrder, pizza } from './pizza.js';
import { restaurant } from './restaurant.js';
import { formOf, formsOf, type Form } from './vocabulary.js';

const LOCATION_FORMS = formsOf(location);
const RESTAURANT_FORMS = formsOf(restaurant);
const GROWING_ORDER_FORMS = formsOf(growingOrder);
const PIZZA_FORM = formOf(pizza, 'sale');

/**
 * Tells in which dialect an event is written, by its event type first and its words second.
 * `enveloped` is the event type that an envelope names, for an event that names none itself.
 */
export function recognise(raw: Fields, enveloped: string | undefined): Form | Fault {
  const said = raw['event_type'];
  const silent = said === undefined || said === null || said === '';
  if (silent && isPizzaOrder(raw)) return PIZZA_FORM;
  const eventType = silent ? enveloped : said;
  if (eventType === undefined) return { reason: 'missing_field', message: 'event_type is missing' };
  if (typeof eventType !== 'string') {
    return { reason: 'wrong_type', message: `event_type must be text, not ${show(eventType)}` };
  }
  return (
    GROWING_ORDER_FORMS.get(eventType) ??
    (usesRestaurantWords(raw) ? RESTAURANT_FORMS : LOCATION_FORMS).get(eventType) ?? {
      reason: 'unknown_event_type',
      message: `event_type ${show(eventType)} is not one that is counted`,
    }
  );
}

function usesRestaurantWords(raw: Fields): boolean {
  return raw['restaurant_id'] !== undefined && raw['location_id'] === undefined;
}
