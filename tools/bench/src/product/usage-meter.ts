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

type Snapshot = readonly (readonly [role: string, usage: Usage])[];

const megabyte = 1_048_576;

export async function snapshotOf(processes: readonly MeteredProcess[]): Promise<Snapshot> {
  return Promise.all(processes.map(async ({ role, pid }) => [role, await usageOf(pid)] as const));
}

/** Processes of one role are added up. Both snapshots are of the same processes, in the same order. */
export function usageBetween(before: Snapshot, after: Snapshot, events: number): RoleUsage[] {
  const roles = new Map<string, RoleUsage>();
  after.forEach(([role, usage], index) => {
    const earlier = (before[index] as Snapshot[number])[1];
    const sum = roles.get(role);
    roles.set(role, {
      role,
      cpuMicrosecondsPerEvent:
        (sum?.cpuMicrosecondsPerEvent ?? 0) + (usage.cpuMicroseconds - earlier.cpuMicroseconds) / events,
      writtenBytesPerEvent: (sum?.writtenBytesPerEvent ?? 0) + (usage.writtenBytes - earlier.writtenBytes) / events,
      residentMegabytes: (sum?.residentMegabytes ?? 0) + usage.residentBytes / megabyte,
      residentPeakMegabytes: (sum?.residentPeakMegabytes ?? 0) + usage.residentPeakBytes / megabyte,
    });
  });
  return [...roles.values()];
}

/** CPU of the product's own processes and its engines: everything but the generator. */
export function productCpu(usage: readonly RoleUsage[]): number {
  return usage.reduce(
    (sum, { role, cpuMicrosecondsPerEvent }) => sum + (role === 'generator' ? 0 : cpuMicrosecondsPerEvent),
    0,
  );
}
