/** The product under load, however it was started. */
import type { MeteredProcess } from './usage-meter.js';

export interface Product {
  /** Where events are posted, and where figures are asked for: the same, where one process does both. */
  readonly collectorUrl: URL;
  readonly apiUrl: URL;
  /** Of each tenant that sends, by number. */
  readonly keys: readonly string[];
  /** Those whose use is measured; none when the product runs elsewhere and was not named. */
  readonly processes: readonly MeteredProcess[];
  /** Where processes tell their metrics. */
  readonly metrics: readonly { readonly role: string; readonly url: URL }[];
  /** What is kept where, by a name for it; nothing when the product runs elsewhere. */
  readonly directories: Readonly<Record<string, string>>;
  /** Nothing was in it before the run, so that totals can be compared. */
  readonly isFresh: boolean;
  /** Ends one of the processes that count as a crash does; undefined where the bench cannot. */
  readonly kill?: ((fate: Fate) => Promise<void>) | undefined;
  stop(): Promise<void>;
}

/** What becomes of a process that was killed: its place starts it again at once, as after a crash, or it is lost with its machine. */
export type Fate = 'restarted' | 'lost';

export interface StartOptions {
  readonly tenants: number;
  /** Of the log; the product's own default when undefined. */
  readonly partitions: number | undefined;
  /** Where each process's CPU profile is written when it ends; none when undefined. */
  readonly profileDirectory: string | undefined;
}

/** Starts the product for so many tenants. */
export type StartProduct = (tenants: number) => Promise<Product>;

/** A profile is named after the process; another one of it has another number. */
export const profiling = ({ profileDirectory }: StartOptions, name: string): string[] =>
  profileDirectory === undefined
    ? []
    : ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`, `--cpu-prof-name=${name}-${Date.now()}.cpuprofile`];

/** What the product is told by its environment, but for its keys. A long load has to fit into the log. */
export const environment = ({ partitions }: StartOptions): Record<string, string> => ({
  HOST: '127.0.0.1',
  LOG_GIGABYTES_MAX: process.env['LOG_GIGABYTES_MAX'] ?? '32',
  NODE_ENV: 'production',
  ...(partitions === undefined ? {} : { PARTITIONS: String(partitions) }),
});

/** A product that runs already keeps its data and its life. */
export function runningProduct(url: URL, apiUrl: URL, key: string, processes: readonly MeteredProcess[]): Product {
  return {
    collectorUrl: url,
    apiUrl,
    keys: [key],
    processes,
    metrics: [],
    directories: {},
    isFresh: false,
    stop: () => Promise.resolve(),
  };
}
