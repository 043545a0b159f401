/**
 * Configuration in two steps: the environment is read once, here; everything else gets what it asks for, typed, with its
 * default. A value that makes no sense ends the start with a sentence that names it.
 */
import { DAY_MS, MINUTE_MS } from '@ticketrail/core';
import { type ClusterConfig, readClusterConfig } from './cluster-config.js';
import { choice, type Environment, given, integer, matching, timeZone } from './environment.js';

export interface Config {
  readonly host: string;
  readonly port: number;
  /** Where the embedded engines keep their files. */
  readonly dataDir: string;
  /** The key of `tenant`; undefined when none was given. */
  readonly apiKey: string | undefined;
  readonly tenant: string;
  /** A JSON file of the keys of several tenants: see readKeys. */
  readonly apiKeysFile: string | undefined;
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
  /** The tables went down uncleanly and may have lost what they took last: folding begins further back. See docs/operations.md. */
  readonly isTailInDoubt: boolean;
  readonly logLevel: LogLevel;
  /** Where traces are sent by OTLP over HTTP; undefined: nowhere. */
  readonly otlpEndpoint: string | undefined;
  /** Used by services that run as their own processes; standalone has its engines inside. */
  readonly cluster: ClusterConfig;
}

/** What a tenant may be called. */
export const TENANT_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** The same in words, to follow "must". */
export const TENANT_RULE = 'be lower-case letters, digits and dashes, 63 at most';

export const LOG_LEVELS = ['error', 'warn', 'log', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export function readConfig(env: Environment): Config {
  return {
    host: given(env, 'HOST') ?? '127.0.0.1',
    port: integer(env, 'PORT', 8080, 0, 65_535),
    dataDir: given(env, 'DATA_DIR') ?? 'data',
    apiKey: matching(
      env,
      'TICKETRAIL_API_KEY',
      /^[\x21-\x7e]{8,256}$/,
      'be 8 to 256 printable characters without spaces',
    ),
    tenant: matching(env, 'TENANT', TENANT_NAME, TENANT_RULE) ?? 'demo',
    apiKeysFile: given(env, 'API_KEYS_FILE'),
    partitions: integer(env, 'PARTITIONS', 8, 1, 256),
    horizonMs: integer(env, 'HORIZON_DAYS', 1_100, 1, 36_500) * DAY_MS,
    skewMs: integer(env, 'SKEW_MINUTES', 10, 0, 1_440) * MINUTE_MS,
    retentionMs: integer(env, 'RETENTION_DAYS', 1_830, 1, 36_500) * DAY_MS,
    timeZone: timeZone(env, 'TIME_ZONE', 'UTC'),
    locationsFile: given(env, 'LOCATIONS_FILE'),
    latenessMs: integer(env, 'LATENESS_MINUTES', 5, 0, 1_440) * MINUTE_MS,
    logBytesMax: integer(env, 'LOG_GIGABYTES_MAX', 64, 1, 100_000) * 2 ** 30,
    isTailInDoubt: choice(env, 'TABLES_TAIL_IN_DOUBT', ['no', 'yes'], 'no') === 'yes',
    logLevel: choice(env, 'LOG_LEVEL', LOG_LEVELS, 'log'),
    otlpEndpoint: matching(
      env,
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      /^https?:\/\/[^\s?#]+$/,
      'be an address such as http://collector:4318',
    ),
    cluster: readClusterConfig(env),
  };
}
