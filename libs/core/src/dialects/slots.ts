import { ALL_FIELDS, type Field } from './dialect.js';

const NOTHING: readonly unknown[] = ALL_FIELDS.map(() => undefined);

class NumberedValues {
  readonly values: unknown[] = NOTHING.slice();
}

ALL_FIELDS.forEach((field, slot) => {
  Object.defineProperty(NumberedValues.prototype, field, {
    get(this: NumberedValues) {
      return this.values[slot];
    },
    set(this: NumberedValues, value: unknown) {
      this.values[slot] = value;
    },
  });
});

/**
 * A value for each field, undefined where there is none. Reading an event writes them by number (`values[word.slot]`), because writing
 * properties by ever different names took a fifth of the time of an event. Everybody else uses the names, which are accessors.
 */
export const Slots = NumberedValues as unknown as new () => { readonly values: unknown[] } & Record<Field, unknown>;
