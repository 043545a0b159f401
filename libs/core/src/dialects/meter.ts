import { DEPTH_MAX, KEYS_MAX } from '../events/limits.js';
import type { Fault } from '../events/reasons.js';

/**
 * Counts and checks what is read, so that a hostile event costs no more than an ordinary one. Unknown values are walked at most
 * `KEYS_MAX` steps wide and `DEPTH_MAX` deep; whatever is beyond is refused without being looked at.
 */
export class Meter {
  fault: Fault | undefined = undefined;
  /**
   * True when something was met that JSON does not give back as it was, such as -0. The event is then written and read once, so that
   * it equals its copy in the log.
   */
  unfaithful = false;
  private keys = 0;

  /** Counts one field of a known name. */
  key(): void {
    if (++this.keys > KEYS_MAX) this.refuseKeys();
  }

  /** Checks one unknown field; true when it may be kept. `depth` is that of the object it stands in. */
  unknown(key: string, value: unknown, depth: number): boolean {
    if (key === '__proto__' || key === 'constructor' || key === 'prototype') {
      this.fault ??= { reason: 'forbidden_key', message: `a field must not be called ${key}` };
      return false;
    }
    this.key();
    this.walk(value, depth + 1);
    return this.fault === undefined;
  }

  private walk(value: unknown, depth: number): void {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return;
      case 'number':
        if (!Number.isFinite(value)) this.refuseValue();
        else if (Object.is(value, -0)) this.unfaithful = true;
        return;
      case 'object':
        if (value !== null) this.walkInside(value, depth);
        return;
      default:
        this.refuseValue();
    }
  }

  private walkInside(value: object, depth: number): void {
    if (depth > DEPTH_MAX) {
      this.fault ??= {
        reason: 'too_deep',
        message: `objects and lists must not be nested more than ${DEPTH_MAX} deep`,
      };
      return;
    }
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length && this.fault === undefined; index += 1) {
        this.key();
        this.walk(value[index], depth + 1);
      }
      return;
    }
    // A plain object's prototype has none itself, whichever realm parsed it; dates, maps and the like have a longer chain.
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === null) this.unfaithful = true;
    else if (Object.getPrototypeOf(prototype) !== null) return this.refuseValue();
    const fields = value as Readonly<Record<string, unknown>>;
    for (const key in fields) {
      if (!this.unknown(key, fields[key], depth)) return;
    }
  }

  private refuseKeys(): void {
    this.fault ??= {
      reason: 'too_many_keys',
      message: `an event must not have more than ${KEYS_MAX} fields and list elements, beside the known fields of its items`,
    };
  }

  private refuseValue(): void {
    this.fault ??= { reason: 'invalid_value', message: 'a field holds a value that JSON cannot say' };
  }
}
