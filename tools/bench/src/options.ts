/** What the bench is asked to do: the command line, checked, with its defaults. */
import { numbers, parse, UsageError } from './command-line.js';
import { growthBehindSeconds } from './growth.js';
import { requestSizes } from './load/request-sizes.js';
import type { MeteredProcess } from './product/usage-meter.js';
import type { RunOptions } from './run.js';
import { probeBehindSeconds } from './search.js';

export interface BenchOptions {
  readonly target:
    | 'standalone'
    | 'cluster'
    | { readonly url: URL; readonly apiUrl: URL; readonly key: string; readonly processes: readonly MeteredProcess[] };
  readonly rates: readonly number[];
  readonly run: Omit<RunOptions, 'rate'>;
  /** Warm-up of all runs but the first one on a product. */
  readonly laterWarmupSeconds: number;
  /** Of the log; the product's default when undefined. */
  readonly partitions: number | undefined;
  /** Processes that share the partitions, in a cluster. */
  readonly aggregators: number;
  readonly isSearch: boolean;
  readonly isSoak: boolean;
  readonly isGrowth: boolean;
  readonly hasCeilings: boolean;
  readonly prototypeDirectory: string | undefined;
  readonly hasQueries: boolean;
  readonly hasPeers: boolean;
  /** Held before questions are asked, spread over so many hours before now. */
  readonly heldEvents: number;
  readonly heldHours: number;
  /** Questions a second. */
  readonly asks: number;
  readonly jsonFile: string | undefined;
  readonly svgFile: string | undefined;
  readonly profileDirectory: string | undefined;
}

/** Moments of a soak are this far apart; of a short one less, so that there are enough of them for a verdict. */
const soakMomentSeconds = 15;
const soakMomentsMin = 20;
const stagesAfterFirst = 3;
/** A search doubles its rate, and growth has a rate of its own beside those it goes through. */
const defaultRates = { search: '2000', growth: '5000', other: '10000' };
/** The second half of a probe is judged, and has to be long enough for it. */
const defaultSeconds = { search: '40', other: '20' };
/** Cassandra compiles for the first minutes of a load, and takes a third of its CPU for it. */
const defaultWarmup = { cluster: '90', other: '10' };
/** A product that has run before needs less: this share, and where runs are many, no more than these seconds. */
const laterWarmupShare = 0.25;
const laterWarmupMax = 5;
const defaultSearchP99Ms = '1000';

/** @returns undefined when help is asked for */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): BenchOptions | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  const numberIn = (name: string, text: string, max = Number.MAX_SAFE_INTEGER): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < 0 || value > max) {
      throw new UsageError(`--${name} has to be a number from 0 to ${max}, not '${text}'`);
    }
    return value;
  };
  const number = (name: keyof typeof numbers, max?: number): number => numberIn(name, values[name], max);
  const whole = (name: keyof typeof numbers, max: number): number => {
    const value = number(name, max);
    if (!Number.isInteger(value) || value < 1) throw new UsageError(`--${name} has to be a whole number from 1 on`);
    return value;
  };
  const soakMinutes = number('soak');
  const isSoak = soakMinutes > 0;
  const batch = values.batch === 'mixed' ? 'mixed' : number('batch');
  if (10_000 % requestSizesOrUsage(batch) !== 0) throw new UsageError('--batch has to divide 10000, or be mixed');
  const mode = values.search ? 'search' : values.growth ? 'growth' : 'other';
  const isExploring = values.search || values.growth;
  const rate = values.rate ?? defaultRates[mode];
  const rates = rate.split(',').map(Number);
  if (!rates.every((rate) => Number.isFinite(rate) && rate > 0)) {
    throw new UsageError(`--rate has to be positive numbers with commas between them, not '${rate}'`);
  }
  if ([values.search, isSoak, values.growth, values.queries].filter(Boolean).length > 1) {
    throw new UsageError('--search, --soak, --growth and --queries are measured each in a call of its own');
  }
  const tenants = whole('tenants', 100_000);
  if (values.url !== undefined && (values.search || values.growth || tenants > 1 || values.partitions !== undefined)) {
    throw new UsageError('--search, --growth, --tenants and --partitions start products of their own: leave out --url');
  }
  const seconds = isSoak
    ? soakMinutes * 60
    : numberIn('seconds', values.seconds ?? defaultSeconds[values.search ? 'search' : 'other']);
  const warmupSeconds = numberIn('warmup', values.warmup ?? defaultWarmup[values.cluster ? 'cluster' : 'other']);
  const laterWarmupSeconds = warmupSeconds * laterWarmupShare;
  const p99Max = values['p99-max'] ?? (values.search ? defaultSearchP99Ms : undefined);
  const options: BenchOptions = {
    target: targetOf(values, env),
    rates: isSoak ? rates.slice(0, 1) : rates,
    run: {
      warmupSeconds,
      seconds,
      batch,
      locations: whole('locations', 1_000_000),
      tenants,
      stageLagSeconds: (number('visit-minutes') * 60) / stagesAfterFirst,
      duplicates: number('duplicates', 0.5),
      late: number('late', 0.5),
      malformed: number('malformed', 0.5),
      markersPerSecond: number('markers'),
      momentEverySeconds: isSoak ? Math.min(soakMomentSeconds, seconds / soakMomentsMin) : 0,
      givenUpBehindSeconds: values.search ? probeBehindSeconds : values.growth ? growthBehindSeconds : undefined,
      p99MaxMs: p99Max === undefined ? undefined : numberIn('p99-max', p99Max),
      kill: killOf(values, seconds),
    },
    laterWarmupSeconds: isExploring ? Math.min(laterWarmupMax, laterWarmupSeconds) : laterWarmupSeconds,
    partitions: values.partitions === undefined ? undefined : partitionsOf(values.partitions),
    aggregators: whole('aggregators', 64),
    isSearch: values.search,
    isSoak,
    isGrowth: values.growth,
    hasCeilings: values.ceilings,
    prototypeDirectory: values.prototype,
    hasQueries: values.queries,
    hasPeers: values.peers,
    heldEvents: number('events'),
    heldHours: number('history-hours', 1_000),
    asks: number('asks', 1_000),
    jsonFile: values.json,
    svgFile: values.svg,
    profileDirectory: values.profile,
  };
  if (options.asks === 0) throw new UsageError('--asks has to be more than 0');
  return options;
}

function killOf(values: ReturnType<typeof parse>, seconds: number): RunOptions['kill'] {
  const { kill, lose, cluster } = values;
  const text = kill ?? lose;
  if (text === undefined) return undefined;
  if (kill !== undefined && lose !== undefined) throw new UsageError('--kill and --lose: one of them');
  if (!cluster || values.url !== undefined) throw new UsageError('--kill and --lose end a process of --cluster');
  const afterSeconds = Number(text);
  if (text.trim() === '' || !(afterSeconds >= 0 && afterSeconds < seconds)) {
    throw new UsageError(`--kill and --lose have to be seconds within the run, not '${text}'`);
  }
  return { afterSeconds, fate: kill === undefined ? 'lost' : 'restarted' };
}

function partitionsOf(text: string): number {
  const partitions = Number(text);
  if (!Number.isInteger(partitions) || partitions < 1 || partitions > 256) {
    throw new UsageError(`--partitions has to be a whole number from 1 to 256, not '${text}'`);
  }
  return partitions;
}

function targetOf(
  values: ReturnType<typeof parse>,
  env: Readonly<Record<string, string | undefined>>,
): BenchOptions['target'] {
  if (values.url === undefined) return values.cluster ? 'cluster' : 'standalone';
  const key = values.key ?? env['TICKETRAIL_API_KEY'];
  if (key === undefined) throw new UsageError('--url needs --key (or TICKETRAIL_API_KEY)');
  const processes = values.pid
    .split(',')
    .filter((text) => text !== '')
    .map((text) => {
      const [, role = 'product', pid] = /^(?:([a-z-]+)=)?(\d+)$/.exec(text) ?? [];
      if (pid === undefined) throw new UsageError(`--pid has to be ROLE=PID with commas between them, not '${text}'`);
      return { role, pid: Number(pid) };
    });
  try {
    return { url: new URL(values.url), apiUrl: new URL(values['api-url'] ?? values.url), key, processes };
  } catch (error) {
    throw new UsageError('--url and --api-url have to be addresses such as http://127.0.0.1:8080', { cause: error });
  }
}

function requestSizesOrUsage(batch: number | 'mixed'): number {
  try {
    return requestSizes(batch).events;
  } catch (error) {
    throw new UsageError(`--batch has to be a whole number or mixed, not '${batch}'`, { cause: error });
  }
}
