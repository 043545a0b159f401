/** Which faults there are, how often, and for how long. A mix is a list of kinds; the seed decides the rest. */
import type { Choices } from './choices.js';

/** What a mix may do. See `disturb` in disturbances.ts for those that happen at a moment rather than to an operation. */
export interface Mix {
  readonly name: string;
  /** Shares of operations that go wrong while faults are on. */
  readonly log: LogFaults;
  readonly tables: TableFaults;
  /** Happen at moments, each with equal likelihood. */
  readonly moments: readonly Moment[];
  /** How long the log remembers message ids; drawn when not given. */
  readonly dedupeMs?: number;
  /** Whether a partition may halt: only where the log is not what it was. */
  readonly mayHalt: boolean;
}

export interface LogFaults {
  /** An append that is not stored, and its writer gets an error. */
  readonly refused: number;
  /** An append that is stored, and its writer gets an error. */
  readonly unanswered: number;
  /** An append that is stored long after its writer got an error. */
  readonly late: number;
  /** A reader's stream that ends with an error. */
  readonly broken: number;
}

export interface TableFaults {
  readonly refused: number;
  readonly unanswered: number;
  /** Some of the rows are stored, and the writer gets an error. */
  readonly partial: number;
  /** The rows are stored long after the writer got an error, each at another time. */
  readonly late: number;
  /** A read that fails. */
  readonly unreadable: number;
}

export type Moment =
  | 'crash'
  | 'pause'
  | 'deploy'
  | 'two owners'
  | 'collector crash'
  | 'tables away'
  | 'lost tail'
  | 'tables restart'
  | 'log full'
  | 'clock back'
  | 'trim'
  | 'roll back events'
  | 'roll back ingest'
  | 'evict unread'
  | 'recreate';

const QUIET_LOG: LogFaults = { refused: 0, unanswered: 0, late: 0, broken: 0 };
const QUIET_TABLES: TableFaults = { refused: 0, unanswered: 0, partial: 0, late: 0, unreadable: 0 };
const BAD_LOG: LogFaults = { refused: 0.02, unanswered: 0.04, late: 0.03, broken: 0.01 };
const BAD_TABLES: TableFaults = { refused: 0.03, unanswered: 0.03, partial: 0.08, late: 0.08, unreadable: 0.003 };

export const MIXES: readonly Mix[] = [
  { name: 'calm', log: QUIET_LOG, tables: QUIET_TABLES, moments: ['trim', 'two owners'], mayHalt: false },
  {
    name: 'processes',
    log: QUIET_LOG,
    tables: { ...QUIET_TABLES, partial: 0.03 },
    moments: ['crash', 'crash', 'pause', 'pause', 'deploy', 'two owners', 'collector crash', 'trim'],
    mayHalt: false,
  },
  {
    name: 'tables',
    log: QUIET_LOG,
    tables: BAD_TABLES,
    moments: ['crash', 'pause', 'two owners', 'tables away', 'trim'],
    mayHalt: false,
  },
  {
    name: 'log',
    log: BAD_LOG,
    tables: QUIET_TABLES,
    moments: ['crash', 'collector crash', 'log full', 'clock back', 'trim', 'two owners'],
    mayHalt: false,
  },
  {
    name: 'lost-tail',
    log: QUIET_LOG,
    tables: QUIET_TABLES,
    moments: ['lost tail', 'lost tail', 'crash'],
    mayHalt: false,
  },
  {
    name: 'periodic-sync',
    log: QUIET_LOG,
    tables: { ...QUIET_TABLES, partial: 0.03, late: 0.03 },
    moments: ['tables restart', 'tables restart', 'tables restart', 'crash', 'pause', 'two owners', 'deploy'],
    mayHalt: false,
  },
  {
    name: 'everything',
    log: BAD_LOG,
    tables: BAD_TABLES,
    moments: [
      'crash',
      'pause',
      'deploy',
      'two owners',
      'collector crash',
      'tables away',
      'log full',
      'clock back',
      'trim',
    ],
    mayHalt: false,
  },
  {
    name: 'rollback',
    log: QUIET_LOG,
    tables: { ...QUIET_TABLES, partial: 0.05 },
    moments: ['crash', 'two owners', 'roll back events', 'roll back events', 'roll back ingest', 'evict unread'],
    mayHalt: true,
  },
  {
    name: 'recreated',
    log: QUIET_LOG,
    tables: QUIET_TABLES,
    moments: ['crash', 'recreate'],
    mayHalt: true,
  },
];

export function mixNamed(name: string): Mix {
  const mix = MIXES.find((known) => known.name === name);
  if (mix === undefined)
    throw new RangeError(`there is no mix ${name}: ${MIXES.map((known) => known.name).join(', ')}`);
  return mix;
}

/** Draws which of the kinds happens, or undefined for none. */
export function draw<Kind extends string>(choices: Choices, shares: Readonly<Record<Kind, number>>): Kind | undefined {
  let left = choices.fraction();
  for (const kind in shares) {
    left -= shares[kind];
    if (left < 0) return kind;
  }
  return undefined;
}
