/** What a process has used so far, as the kernel tells it. */
import { readFile } from 'node:fs/promises';

export interface Usage {
  /** User and system time of all its threads, microseconds. The kernel counts in hundredths of a second. */
  readonly cpuMicroseconds: number;
  readonly residentBytes: number;
  readonly residentPeakBytes: number;
}

const ticksPerSecond = 100;

export async function usageOf(pid: number): Promise<Usage> {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ]);
  // The name of the program stands in brackets and may hold spaces; what follows it does not. utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN);
  return {
    cpuMicroseconds: ((Number(fields[11]) + Number(fields[12])) * 1_000_000) / ticksPerSecond,
    residentBytes: kilobytes('VmRSS') * 1_024,
    residentPeakBytes: kilobytes('VmHWM') * 1_024,
  };
}

/** The same of this very process, to the microsecond. */
export function ownCpuMicroseconds(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
