/** What each process of a run has used between two moments, by the part it plays. */
import { usageOf, type Usage } from './process-usage.js';

export interface MeteredProcess {
  /** collector, enricher, aggregator, api, standalone, nats-server, cassandra or generator. */
  readonly role: string;
  readonly pid: number;
}

export interface RoleUsage {
  readonly role: string;
  readonly cpuMicrosecondsPerEvent: number;
  readonly writtenBytesPerEvent: number;
  readonly residentMegabytes: number;
  /** Since the process began. */
  readonly residentPeakMegabytes: number;
}

const megabyte = 1_048_576;

interface Metered extends MeteredProcess {
  readonly usage: Usage;
}

/** Of those that are there: one that was killed is not. */
export async function snapshotOf(processes: readonly MeteredProcess[]): Promise<Metered[]> {
  const all = await Promise.all(
    processes.map(async (one) => {
      const usage = await usageOf(one.pid).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error;
      });
      return usage === undefined ? [] : [{ ...one, usage }];
    }),
  );
  return all.flat();
}

/**
 * Processes of one role are added up, in the order of the first snapshot. One that began between the snapshots is counted from its
 * beginning; what one used that ended between them is not known.
 */
export function usageBetween(before: readonly Metered[], after: readonly Metered[], events: number): RoleUsage[] {
  const roles = new Map<string, RoleUsage>();
  for (const { role } of before) roles.set(role, nothingOf(role));
  for (const { role, pid, usage } of after) {
    const earlier = before.find((one) => one.pid === pid && one.role === role)?.usage ?? {
      cpuMicroseconds: 0,
      writtenBytes: 0,
    };
    const sum = roles.get(role) ?? nothingOf(role);
    roles.set(role, {
      role,
      cpuMicrosecondsPerEvent: sum.cpuMicrosecondsPerEvent + (usage.cpuMicroseconds - earlier.cpuMicroseconds) / events,
      writtenBytesPerEvent: sum.writtenBytesPerEvent + (usage.writtenBytes - earlier.writtenBytes) / events,
      residentMegabytes: sum.residentMegabytes + usage.residentBytes / megabyte,
      residentPeakMegabytes: sum.residentPeakMegabytes + usage.residentPeakBytes / megabyte,
    });
  }
  return [...roles.values()];
}

const nothingOf = (role: string): RoleUsage => ({
  role,
  cpuMicrosecondsPerEvent: 0,
  writtenBytesPerEvent: 0,
  residentMegabytes: 0,
  residentPeakMegabytes: 0,
});

/** CPU of the product's own processes and its engines: everything but the generator. */
export function productCpu(usage: readonly RoleUsage[]): number {
  return usage.reduce(
    (sum, { role, cpuMicrosecondsPerEvent }) => sum + (role === 'generator' ? 0 : cpuMicrosecondsPerEvent),
    0,
  );
}
