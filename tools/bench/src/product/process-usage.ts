/** What a process has used so far, as the kernel tells it. */
import { readFile } from 'node:fs/promises';

export interface Usage {
  /** User and system time of all its threads, microseconds. The kernel counts in hundredths of a second. */
  readonly cpuMicroseconds: number;
  readonly residentBytes: number;
  readonly residentPeakBytes: number;
  /** Caused to be written to a disk; not a number where the kernel does not say it. */
  readonly writtenBytes: number;
}

const ticksPerSecond = 100;

/** Throws when there is no such process. */
export async function usageOf(pid: number): Promise<Usage> {
  const [stat, status, io] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
    // Of another user's processes the kernel does not tell it.
    readFile(`/proc/${pid}/io`, 'utf8').catch(() => ''),
  ]);
  return readUsage(stat, status, io);
}

/** Reads the text of a process's stat, status and io. */
export function readUsage(stat: string, status: string, io: string): Usage {
  // The name of the program stands in brackets and may hold spaces; what follows it does not. utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const numberIn = (text: string, name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN);
  return {
    cpuMicroseconds: ((Number(fields[11]) + Number(fields[12])) * 1_000_000) / ticksPerSecond,
    residentBytes: numberIn(status, 'VmRSS') * 1_024,
    residentPeakBytes: numberIn(status, 'VmHWM') * 1_024,
    writtenBytes: numberIn(io, 'write_bytes'),
  };
}
