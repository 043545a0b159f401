/**
 * Configuration in two steps: the environment is read once, here; everything else gets what it asks for, typed, with its
 * default. A value that makes no sense ends the start with a sentence that names it.
 */
import { DAY_MS, MINUTE_MS } from '@ticketrail/core';
import { utcOffsetMinutes } from '@ticketrail/pipeline';

export interface Config {
  readonly host: string;
  readonly port: number;
  /** Where the embedded engines keep their files. */
  readonly dataDir: string;
  /** The key of `tenant`; undefined when none was given. */
  readonly apiKey: string | undefined;
  readonly tenant: string;
  /** Partitions of the log: fixed once the log exists. */
  readonly partitions: number;
  /** How old an event may be when it comes, and how far ahead of our clock it may be. Milliseconds. */
  readonly horizonMs: number;
  readonly skewMs: number;
  /** How long figures, orders and history are kept, from event time. Milliseconds. */
  readonly retentionMs: number;
  /** Local time of places the reference data does not know. */
  readonly timeZone: string;
  /** A JSON file of places: see FileReference. */
  readonly locationsFile: string | undefined;
  /** How long after its end a window may still change without anyone being surprised: late events come within it. Milliseconds. */
  readonly latenessMs: number;
  /** The log refuses events beyond this size on disk. Bytes. */
  readonly logBytesMax: number;
  readonly logLevel: LogLevel;
}

export const LOG_LEVELS = ['error', 'warn', 'log', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export class ConfigError extends Error {
  readonly code = 'CONFIG';
}

type Environment = Readonly<Record<string, string | undefined>>;

export function readConfig(env: Environment): Config {
  return {
    host: env['HOST'] ?? '127.0.0.1',
    port: integer(env, 'PORT', 8080, 0, 65_535),
    dataDir: env['DATA_DIR'] ?? 'data',
    apiKey: text(env, 'TICKETRAIL_API_KEY', /^[\x21-\x7e]{8,256}$/, 'be 8 to 256 printable characters without spaces'),
    tenant: text(env, 'TENANT', /^[a-z0-9][a-z0-9-]{0,62}$/, 'be lower-case letters, digits and dashes') ?? 'demo',
    partitions: integer(env, 'PARTITIONS', 8, 1, 256),
    horizonMs: integer(env, 'HORIZON_DAYS', 1_100, 1, 36_500) * DAY_MS,
    skewMs: integer(env, 'SKEW_MINUTES', 10, 0, 1_440) * MINUTE_MS,
    retentionMs: integer(env, 'RETENTION_DAYS', 1_830, 1, 36_500) * DAY_MS,
    timeZone: timeZone(env),
    locationsFile: env['LOCATIONS_FILE'],
    latenessMs: integer(env, 'LATENESS_MINUTES', 5, 0, 1_440) * MINUTE_MS,
    logBytesMax: integer(env, 'LOG_GIGABYTES_MAX', 64, 1, 100_000) * 2 ** 30,
    logLevel: choice(env, 'LOG_LEVEL', LOG_LEVELS, 'log'),
  };
}

function integer(env: Environment, name: string, fallback: number, min: number, max: number): number {
  const given = env[name];
  if (given === undefined || given === '') return fallback;
  const value = Number(given);
  if (!/^\d+$/.test(given) || value < min || value > max) {
    throw new ConfigError(`${name} must be a whole number from ${min} to ${max}, not '${given}'`);
  }
  return value;
}

function text(env: Environment, name: string, pattern: RegExp, rule: string): string | undefined {
  const given = env[name];
  if (given === undefined || given === '') return undefined;
  if (!pattern.test(given)) throw new ConfigError(`${name} must ${rule}`);
  return given;
}

function choice<T extends string>(env: Environment, name: string, choices: readonly T[], fallback: T): T {
  const given = env[name];
  if (given === undefined || given === '') return fallback;
  const found = choices.find((candidate) => candidate === given);
  if (found === undefined) throw new ConfigError(`${name} must be one of ${choices.join(', ')}, not '${given}'`);
  return found;
}

function timeZone(env: Environment): string {
  const given = env['TIME_ZONE'];
  if (given === undefined || given === '') return 'UTC';
  if (utcOffsetMinutes(given, 0) === undefined) {
    throw new ConfigError(`TIME_ZONE must be an IANA time zone such as America/Toronto, not '${given}'`);
  }
  return given;
}
