/** How much of the machine's time its host gave to others while something was measured. */
import { readFile } from 'node:fs/promises';

/** Of all processors since the machine began, in ticks. */
export interface MachineTime {
  readonly all: number;
  /** Somebody wanted to run, and the host ran another machine instead. */
  readonly stolen: number;
}

/** Where `steal` stands in the first line of /proc/stat (proc_stat(5)); what follows it is counted in `user` already. */
const STEAL = 7;

/** Undefined where the kernel does not tell. */
export async function machineTime(): Promise<MachineTime | undefined> {
  try {
    return readMachineTime(await readFile('/proc/stat', 'utf8'));
  } catch {
    return undefined;
  }
}

/** Reads the text of /proc/stat. */
export function readMachineTime(text: string): MachineTime | undefined {
  const times = /^cpu +(.+)$/m.exec(text)?.[1]?.split(' ').map(Number) ?? [];
  const stolen = times[STEAL];
  if (stolen === undefined) return undefined;
  return { all: times.slice(0, STEAL + 1).reduce((sum, ticks) => sum + ticks, 0), stolen };
}

/** Between 0 and 1: by this much less machine there was. Undefined where it is not known, or no time went by. */
export function stolenShare(before: MachineTime | undefined, after: MachineTime | undefined): number | undefined {
  if (before === undefined || after === undefined || after.all <= before.all) return undefined;
  return (after.stolen - before.stolen) / (after.all - before.all);
}
