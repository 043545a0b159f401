/**
 * What a load needs in processes, nodes, partitions, disk and money, reckoned from what an event cost when it was measured. A
 * reckoning, not a promise: costs of one machine are multiplied, and what a network between machines costs is not in them.
 */
import type { Kept } from './kept-results.js';

export interface Assumptions {
  /** The busiest moment against the mean of a day. */
  readonly peakFactor: number;
  /** Of a core, at the busiest moment. */
  readonly useMax: number;
  readonly coresPerNode: number;
  /** Copies that NATS and the tables each keep. */
  readonly copies: number;
  /** How long the log keeps an event: an hour behind the checkpoint, and as long as the tables may be away. */
  readonly logHours: number;
  /** How long rows and history are kept. */
  readonly retentionDays: number;
  /** Free for the tables' compaction, as a share of what they hold. */
  readonly compactionShare: number;
  readonly currency: string;
  readonly pricePerCoreHour: number;
  readonly pricePerGigabyteMonth: number;
  /** Of which day the prices are, and whose. */
  readonly pricesOf: string;
}

export const defaultAssumptions: Assumptions = {
  peakFactor: 5,
  useMax: 0.6,
  coresPerNode: 4,
  copies: 3,
  logHours: 24,
  retentionDays: 1_830,
  compactionShare: 0.5,
  currency: 'USD',
  pricePerCoreHour: 0.05,
  pricePerGigabyteMonth: 0.1,
  pricesOf: 'an assumption of 2026-11, of no provider in particular: check yours',
};

/** What was measured, an event. */
export interface Costs {
  /** The run the CPU is of. */
  readonly rate: number;
  readonly cpuMicroseconds: Readonly<Record<string, number>>;
  /** What an event leaves in the log and in the tables, of one copy; not a number where it was not measured. */
  readonly logBytes: number;
  readonly tableBytes: number;
  /** How long the run was that the bytes are of, in seconds. */
  readonly diskSeconds: number;
}

export interface PartNeed {
  readonly part: string;
  readonly cpuMicroseconds: number;
  /** Busy at the peak, all copies together. */
  readonly cores: number;
  /** Processes of a service, one spare included; nodes of an engine. */
  readonly count: number;
}

export interface Need {
  readonly eventsPerDay: number;
  readonly meanPerSecond: number;
  readonly peakPerSecond: number;
  readonly parts: readonly PartNeed[];
  readonly partitions: number;
  /** Share of the one thread that every api needs to follow all changes at the peak; beyond 1 it cannot. */
  readonly apiShare: number;
  readonly serviceNodes: number;
  readonly nodes: number;
  readonly logGigabytes: number;
  readonly tableGigabytes: number;
  readonly pricePerMonth: number;
}

const hoursPerMonth = 730;
const gigabyte = 1e9;
const secondsPerDay = 86_400;
/** Members share partitions evenly enough when each has several. */
const partitionsPerProcess = 4;
const partitionsMin = 8;
/** An odd number that goes on without one of them. */
const engineNodesMin = 3;
const sharedByPartition = ['enricher', 'aggregator'];
const engines = { log: 'nats-server', tables: 'cassandra' };

/** Throws a RangeError when the file holds no sustained run of a cluster. */
export function costsOf({ results }: Pick<Kept, 'results'>): Costs {
  const ofCluster = results.filter(
    ({ isSustained, usage }) => isSustained && usage.some(({ role }) => role === engines.tables),
  );
  const [run] = ofCluster.toSorted((a, b) => b.options.rate - a.options.rate);
  const [longest] = ofCluster.toSorted((a, b) => b.options.seconds - a.options.seconds);
  if (run === undefined || longest === undefined) throw new RangeError('the file holds no sustained run of a cluster');
  const cpu = run.usage.filter(({ role }) => role !== 'generator');
  return {
    rate: run.options.rate,
    cpuMicroseconds: Object.fromEntries(
      cpu.map(({ role, cpuMicrosecondsPerEvent }) => [role, cpuMicrosecondsPerEvent]),
    ),
    logBytes: bytesOf(longest, engines.log),
    tableBytes: bytesOf(longest, engines.tables),
    diskSeconds: longest.options.seconds,
  };
}

/** Of a long run the slope, which knows nothing of what was given out in advance; else what the disk had more at the end. */
function bytesOf({ options, drifts, diskBytesPerEvent }: Kept['results'][number], name: string): number {
  const growth = drifts.find(({ what }) => what === `disk of ${name}, MB`)?.growthPerHour;
  if (growth !== undefined && growth > 0) return (growth * 1_048_576) / (options.rate * 3_600);
  return diskBytesPerEvent[name] ?? Number.NaN;
}

export function needOf(eventsPerDay: number, costs: Costs, assumptions: Assumptions): Need {
  const { peakFactor, useMax, coresPerNode, copies, compactionShare } = assumptions;
  const meanPerSecond = eventsPerDay / secondsPerDay;
  const peakPerSecond = meanPerSecond * peakFactor;
  const parts = Object.entries(costs.cpuMicroseconds).map(([part, cpuMicroseconds]): PartNeed => {
    const once = (peakPerSecond * cpuMicroseconds) / 1e6;
    if (part === engines.log || part === engines.tables) {
      const cores = once * copies;
      const count = Math.max(engineNodesMin, Math.ceil(cores / (coresPerNode * useMax)) + 1);
      return { part, cpuMicroseconds, cores, count };
    }
    // Every api follows all changes: another one answers more questions, and takes nothing off the first.
    const count = part === 'api' ? 2 : Math.ceil(once / useMax) + 1;
    return { part, cpuMicroseconds, cores: part === 'api' ? once * count : once, count };
  });
  const isEngine = ({ part }: PartNeed): boolean => part === engines.log || part === engines.tables;
  const services = parts.filter((part) => !isEngine(part));
  const processes = services.reduce((sum, { count }) => sum + count, 0);
  // A process has one busy thread. One node more than needed, so that each may fail.
  const serviceNodes = Math.max(2, Math.ceil(processes / coresPerNode) + 1);
  const nodes = serviceNodes + parts.filter(isEngine).reduce((sum, { count }) => sum + count, 0);
  const largest = Math.max(
    ...parts.filter(({ part }) => sharedByPartition.includes(part)).map(({ count }) => count),
    1,
  );
  const logGigabytes = (eventsPerDay * (assumptions.logHours / 24) * costs.logBytes * copies) / gigabyte;
  const tableGigabytes =
    (eventsPerDay * assumptions.retentionDays * costs.tableBytes * copies * (1 + compactionShare)) / gigabyte;
  return {
    eventsPerDay,
    meanPerSecond,
    peakPerSecond,
    parts,
    partitions: Math.max(partitionsMin, 2 ** Math.ceil(Math.log2(largest * partitionsPerProcess))),
    apiShare: (peakPerSecond * (costs.cpuMicroseconds['api'] ?? 0)) / 1e6,
    serviceNodes,
    nodes,
    logGigabytes,
    tableGigabytes,
    pricePerMonth:
      nodes * coresPerNode * hoursPerMonth * assumptions.pricePerCoreHour +
      (logGigabytes + tableGigabytes) * assumptions.pricePerGigabyteMonth,
  };
}
