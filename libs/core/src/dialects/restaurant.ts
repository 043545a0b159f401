import type { Dialect } from './dialect.js';
import { LOCATION_WORDS, OWN_EVENT_TYPES } from './location.js';

/** Chains whose places are `restaurant_id` and `restaurant_name`; the rest as in the location dialect. */
export const restaurant: Dialect = {
  name: 'restaurant',
  eventTypes: OWN_EVENT_TYPES,
  words: {
    ...LOCATION_WORDS,
    location_id: ['restaurant_id', 'location_id'],
    location_name: ['restaurant_name', 'location_name'],
  },
  nested: '',
};
