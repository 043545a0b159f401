/** The command line of the bench: read once, checked, with its defaults. */
import { parseArgs } from 'node:util';
import { requestSizes } from './load/request-sizes.js';
import type { MeteredProcess } from './product/usage-meter.js';
import type { RunOptions } from './run.js';

export const help = `npm run bench -- [options]
 what is measured
  --cluster            the services on NATS and Cassandra instead of the standalone program
  --url URL --key KEY  a product that is already running; [--api-url URL] where figures are asked for,
                       [--pid ROLE=PID,…] its processes, such as collector=12,nats-server=13
 the load
  --rate N[,N…]        events a second, one run each (10000)
  --seconds N          how long a run is measured (20)
  --warmup N           seconds of the same load before that, which are counted but not measured (0)
  --batch N            events a request: 1, another divisor of 10000, or mixed: a fifth of the events one by one (100)
  --locations N        restaurants the events come from (20000)
  --duplicates X       share of events sent twice (0.02)
  --late X             share of events half a minute to 25 minutes old (0.02)
  --malformed X        share of events to be refused (0.02)
  --markers N          events a second whose way to the answer is timed (10); 0 for none
  --search             find the highest sustained rate, beginning at --rate
  --soak MINUTES       one run of this length; says whether memory and lag stay flat
 beside it
  --ceilings           what this machine does at most in each part: HTTP, log, tables, normalising, folding
  --prototype DIR      with --ceilings: the throwaway prototype at the first --rate
  --peers              embedded ClickHouse and PostgreSQL on the same events and questions; they are installed on demand
  --events N           events that the peers and the product hold before they are asked (200000)
 what comes out
  --json FILE          everything
  --svg FILE           latency and CPU an event over the rate, as a picture
  --profile DIR        a CPU profile of each of the product's processes
Ends with 1 when something was lost, doubled or refused, with 2 when a run is void, with 64 when an option makes no sense
and with 70 when the bench itself could not go on.`;

export interface BenchOptions {
  readonly target:
    | 'standalone'
    | 'cluster'
    | { readonly url: URL; readonly apiUrl: URL; readonly key: string; readonly processes: readonly MeteredProcess[] };
  readonly rates: readonly number[];
  readonly run: Omit<RunOptions, 'rate'>;
  readonly isSearch: boolean;
  readonly isSoak: boolean;
  readonly hasCeilings: boolean;
  readonly prototypeDirectory: string | undefined;
  readonly hasPeers: boolean;
  readonly peerEvents: number;
  readonly jsonFile: string | undefined;
  readonly svgFile: string | undefined;
  readonly profileDirectory: string | undefined;
}

/** What was asked for makes no sense; the message says what to write instead. */
export class UsageError extends Error {
  readonly code = 'USAGE';
}

const soakMomentSeconds = 15;

/** @returns undefined when help is asked for */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): BenchOptions | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  const number = (name: keyof typeof numbers, max = Number.MAX_SAFE_INTEGER): number => {
    const value = Number(values[name]);
    if (values[name].trim() === '' || !Number.isFinite(value) || value < 0 || value > max) {
      throw new UsageError(`--${name} has to be a number from 0 to ${max}, not '${values[name]}'`);
    }
    return value;
  };
  const soakMinutes = number('soak');
  const isSoak = soakMinutes > 0;
  const batch = values.batch === 'mixed' ? 'mixed' : number('batch');
  if (10_000 % requestSizesOrUsage(batch) !== 0) throw new UsageError('--batch has to divide 10000, or be mixed');
  const rates = values.rate.split(',').map(Number);
  if (!rates.every((rate) => Number.isFinite(rate) && rate > 0)) {
    throw new UsageError(`--rate has to be positive numbers with commas between them, not '${values.rate}'`);
  }
  if (values.search && (isSoak || values.url !== undefined)) {
    throw new UsageError('--search starts a product for each step, so it goes neither with --url nor with --soak');
  }
  const options: BenchOptions = {
    target: targetOf(values, env),
    rates: isSoak ? rates.slice(0, 1) : rates,
    run: {
      warmupSeconds: number('warmup'),
      seconds: isSoak ? soakMinutes * 60 : number('seconds'),
      batch,
      locations: number('locations', 1_000_000),
      duplicates: number('duplicates', 0.5),
      late: number('late', 0.5),
      malformed: number('malformed', 0.5),
      markersPerSecond: number('markers'),
      momentEverySeconds: isSoak ? soakMomentSeconds : 0,
    },
    isSearch: values.search,
    isSoak,
    hasCeilings: values.ceilings,
    prototypeDirectory: values.prototype,
    hasPeers: values.peers,
    peerEvents: number('events'),
    jsonFile: values.json,
    svgFile: values.svg,
    profileDirectory: values.profile,
  };
  if (options.prototypeDirectory !== undefined && !options.hasCeilings) {
    throw new UsageError('--prototype is one of the ceilings: add --ceilings');
  }
  return options;
}

const numbers = {
  seconds: { type: 'string', default: '20' },
  warmup: { type: 'string', default: '0' },
  batch: { type: 'string', default: '100' },
  locations: { type: 'string', default: '20000' },
  duplicates: { type: 'string', default: '0.02' },
  late: { type: 'string', default: '0.02' },
  malformed: { type: 'string', default: '0.02' },
  markers: { type: 'string', default: '10' },
  soak: { type: 'string', default: '0' },
  events: { type: 'string', default: '200000' },
} as const;

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        ...numbers,
        cluster: { type: 'boolean', default: false },
        rate: { type: 'string', default: '10000' },
        search: { type: 'boolean', default: false },
        ceilings: { type: 'boolean', default: false },
        prototype: { type: 'string' },
        peers: { type: 'boolean', default: false },
        url: { type: 'string' },
        'api-url': { type: 'string' },
        key: { type: 'string' },
        pid: { type: 'string', default: '' },
        json: { type: 'string' },
        svg: { type: 'string' },
        profile: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
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
