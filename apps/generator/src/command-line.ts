import type { SourceOptions } from './sources.js';
import { NO_FAULTS, ORDINARY_FAULTS, type Faults } from './faults.js';

/** A mistake in how the command was called. Its message is for the person who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What parseArgs returns for options that take a text. */
export type Values = Readonly<Record<string, string | boolean | undefined>>;

/** The text of an option. */
export function text(values: Values, name: string, fallback: string): string {
  const value = values[name];
  return typeof value === 'string' ? value : fallback;
}

/** A number within bounds. */
export function number(values: Values, name: string, fallback: number, least: number, most: number): number {
  const value = values[name];
  if (typeof value !== 'string') return fallback;
  const parsed = value.trim() === '' ? Number.NaN : Number(value);
  if (!(parsed >= least && parsed <= most)) {
    throw new UsageError(`--${name} is a number from ${least} to ${most}, not "${value}".`);
  }
  return parsed;
}

/** A whole number within bounds. */
export function wholeNumber(values: Values, name: string, fallback: number, least: number, most: number): number {
  const value = number(values, name, fallback, least, most);
  if (!Number.isInteger(value)) throw new UsageError(`--${name} is a whole number.`);
  return value;
}

/** One of several words. */
export function choice<Word extends string>(
  values: Values,
  name: string,
  words: readonly Word[],
  fallback: Word,
): Word {
  const value = text(values, name, fallback);
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw new UsageError(`--${name} is one of ${words.join(', ')}, not "${value}".`);
  return word;
}

/** A moment in ISO-8601, as epoch milliseconds. */
export function moment(values: Values, name: string, fallbackMs: number): number {
  const value = values[name];
  if (typeof value !== 'string') return fallbackMs;
  const timeMs = Date.parse(value);
  if (Number.isNaN(timeMs)) throw new UsageError(`--${name} is a time such as 2025-10-29T18:00:00Z, not "${value}".`);
  return timeMs;
}

/** The options that decide what is generated, for parseArgs. */
export const SOURCE_ARGUMENTS = {
  profile: { type: 'string' },
  locations: { type: 'string' },
  dialect: { type: 'string' },
  seed: { type: 'string' },
  rhythm: { type: 'string' },
  faults: { type: 'string' },
  'duplicate-rate': { type: 'string' },
  'late-rate': { type: 'string' },
  'lateness-max-seconds': { type: 'string' },
  'disorder-rate': { type: 'string' },
  'malformed-rate': { type: 'string' },
} as const;

/** The help for them. */
export const SOURCE_HELP = `  --profile P               chain, ontario or both
  --locations N             locations of the chain
  --dialect D               of the chain: locations, restaurants or mixed
  --seed N                  the same seed and options give the same bytes
  --rhythm R                steady, or mealtimes: busy at lunch and dinner, quiet at night
  --faults F                ordinary (2 % duplicates, 0.1 % malformed, up to five minutes late) or none
  --duplicate-rate R  --late-rate R  --lateness-max-seconds S  --disorder-rate R  --malformed-rate R
                            change one of them; rates are shares from 0 to 1`;

type Source = Pick<SourceOptions, 'profile' | 'locations' | 'dialect' | 'seed' | 'rhythm' | 'faults'>;

/** What to generate, with what the command does by default where nothing is said. */
export function sourceOptions(values: Values, defaults: Source): Source {
  return {
    profile: choice(values, 'profile', ['chain', 'ontario', 'both'], defaults.profile),
    locations: wholeNumber(values, 'locations', defaults.locations, 1, 1_000_000),
    dialect: choice(values, 'dialect', ['locations', 'restaurants', 'mixed'], defaults.dialect),
    seed: wholeNumber(values, 'seed', defaults.seed, 0, 0x7fffffff),
    rhythm: choice(values, 'rhythm', ['steady', 'mealtimes'], defaults.rhythm),
    faults: faultOptions(values, defaults.faults),
  };
}

function faultOptions(values: Values, fallback: Faults): Faults {
  const start = { '': fallback, none: NO_FAULTS, ordinary: ORDINARY_FAULTS }[
    choice(values, 'faults', ['', 'none', 'ordinary'], '')
  ];
  return {
    duplicateRate: number(values, 'duplicate-rate', start.duplicateRate, 0, 1),
    lateRate: number(values, 'late-rate', start.lateRate, 0, 1),
    latenessMaxMs: number(values, 'lateness-max-seconds', start.latenessMaxMs / 1_000, 5, 86_400) * 1_000,
    disorderRate: number(values, 'disorder-rate', start.disorderRate, 0, 1),
    malformedRate: number(values, 'malformed-rate', start.malformedRate, 0, 1),
  };
}
