/** Reads single values of the environment. What makes no sense is an error that names the variable and says what it must be. */
import { utcOffsetMinutes } from '@ticketrail/pipeline';

export class ConfigError extends Error {
  readonly code = 'CONFIG';
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The value as it stands; undefined when the variable is not set or empty. */
export function given(env: Environment, name: string): string | undefined {
  const value = env[name];
  return value === '' ? undefined : value;
}

export function integer(env: Environment, name: string, fallback: number, min: number, max: number): number {
  const text = given(env, name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new ConfigError(`${name} must be a whole number from ${min} to ${max}, not '${text}'`);
  }
  return value;
}

/** @param rule what a value that fits `pattern` is, to follow "must" */
export function matching(env: Environment, name: string, pattern: RegExp, rule: string): string | undefined {
  const text = given(env, name);
  if (text !== undefined && !pattern.test(text)) throw new ConfigError(`${name} must ${rule}`);
  return text;
}

export function choice<T extends string>(env: Environment, name: string, choices: readonly T[], fallback: T): T {
  const text = given(env, name);
  if (text === undefined) return fallback;
  const found = choices.find((candidate) => candidate === text);
  if (found === undefined) throw new ConfigError(`${name} must be one of ${choices.join(', ')}, not '${text}'`);
  return found;
}

/** Several values, separated by commas; at least one. */
export function list(env: Environment, name: string, fallback: string, pattern: RegExp, rule: string): string[] {
  const values = (given(env, name) ?? fallback)
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
  if (values.length === 0 || !values.every((value) => pattern.test(value)))
    throw new ConfigError(`${name} must ${rule}`);
  return values;
}

export function timeZone(env: Environment, name: string, fallback: string): string {
  const zone = given(env, name) ?? fallback;
  if (utcOffsetMinutes(zone, 0) === undefined) {
    throw new ConfigError(`${name} must be an IANA time zone such as America/Toronto, not '${zone}'`);
  }
  return zone;
}
