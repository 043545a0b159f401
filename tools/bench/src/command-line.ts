/** The command line of the bench as text, before anything in it is judged. */
import { parseArgs } from 'node:util';

export const help = `npm run bench -- [options]
 what is measured
  --cluster            the services on NATS and Cassandra instead of the standalone program
  --partitions N       of the log (the product's default)
  --aggregators N      processes that share the partitions, with --cluster (2)
  --url URL --key KEY  a product that is already running; [--api-url URL] where figures are asked for,
                       [--pid ROLE=PID,…] its processes, such as collector=12,nats-server=13
 the load
  --rate N[,N…]        events a second, one run each, one after the other on one product (10000)
  --seconds N          how long a run is measured (20)
  --warmup N           seconds of the same load before the first run, counted but not measured; a quarter of them before each
                       of the others (10, with --cluster 90: engines compile what they do for minutes)
  --p99-max MS         a rate with a higher p99 in the second half of a run is not called sustained (any; 1000 for --search)
  --batch N            events a request: 1, another divisor of 10000, or mixed: a fifth of the events one by one (100)
  --locations N        restaurants the events come from, of all tenants together (20000)
  --tenants N          senders with a key and restaurants of their own, who send in turn (1)
  --visit-minutes X    from being seated to paying; with more, orders and tables are found cold (0.1)
  --duplicates X       share of events sent twice (0.02)
  --late X             share of events half a minute to 25 minutes old (0.02)
  --malformed X        share of events to be refused (0.02)
  --markers N          events a second whose way to the answer is timed (10); 0 for none
  --kill SECONDS       with --cluster: so long into each run one of the aggregators is killed and started again at once, as after a crash;
                       says how far figures fell behind and for how long
  --lose SECONDS       the same, and it is not started again, as when its machine is lost
 instead of one run at each rate
  --search             find the highest sustained rate within a tenth: doubled from --rate (2000) on, then halving the distance;
                       40 s a probe, on one product; no probe begins after 15 minutes
  --soak MINUTES       one run of this length, minute by minute; says, from ten minutes on, whether memory and lag stay flat, and
                       what the disk takes
  --growth             what an event costs at 1,000 to 40,000 events/s at the given locations, up to the first that is not sustained,
                       and at --rate (5000) from 12 to 20,000 locations and from 1 to 10,000 tenants, whose requests are small
                       enough for all to send; each curve on a product of its own after one warm-up; no run begins after 25 minutes
  --queries            questions asked under the load at the first --rate: pages and whole lists
  --peers              the same, beside embedded ClickHouse and PostgreSQL, which are installed on demand; with a run at each rate
  --events N           events that are held before questions are asked (200000); the latest half, at most an hour's, came at --rate
  --history-hours N    hours before now over which the others are spread (24)
  --asks N             questions a second, in turn (4)
 beside it
  --ceilings           what this machine does at most in each part: HTTP, log, tables, normalising, folding
  --prototype DIR      the throwaway prototype, after each run at the same rate on engines of the same kind
 what comes out, after each run
  --json FILE          everything
  --svg FILE           latency and CPU an event over the rate or what grew, memory and lag over time, as a picture
  --profile DIR        a CPU profile of each of the product's processes
The capacity a load needs is computed from a JSON: node tools/bench/dist/report/capacity-page.js FILE > docs/capacity.md
A run in which the generator fell behind though the product kept up is void, and tried once more (a soak is not).
Ends with 1 when something was lost, doubled or refused, when books stayed open, or when a run was void to the last try, with 64
when an option makes no sense and with 70 when the bench itself, or one of its runs, could not go on. A rate that is not
sustained is a result, and ends with 0. The last line says which.`;

/** What was asked for makes no sense; the message says what to write instead. */
export class UsageError extends Error {
  readonly code = 'USAGE';
}

/** Options that are numbers, with their defaults. */
export const numbers = {
  batch: { type: 'string', default: '100' },
  locations: { type: 'string', default: '20000' },
  tenants: { type: 'string', default: '1' },
  'visit-minutes': { type: 'string', default: '0.1' },
  duplicates: { type: 'string', default: '0.02' },
  late: { type: 'string', default: '0.02' },
  malformed: { type: 'string', default: '0.02' },
  markers: { type: 'string', default: '10' },
  soak: { type: 'string', default: '0' },
  events: { type: 'string', default: '200000' },
  'history-hours': { type: 'string', default: '24' },
  asks: { type: 'string', default: '4' },
  aggregators: { type: 'string', default: '2' },
} as const;

export function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        ...numbers,
        cluster: { type: 'boolean', default: false },
        partitions: { type: 'string' },
        rate: { type: 'string' },
        seconds: { type: 'string' },
        warmup: { type: 'string' },
        'p99-max': { type: 'string' },
        kill: { type: 'string' },
        lose: { type: 'string' },
        search: { type: 'boolean', default: false },
        growth: { type: 'boolean', default: false },
        queries: { type: 'boolean', default: false },
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
