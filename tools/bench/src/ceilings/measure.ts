/** Time and CPU of one piece of work in this process, and CPU of the engine it uses. */
import { usageOf } from '../product/process-usage.js';

export interface Measured {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
  readonly engineCpuMicroseconds?: number;
}

/** @param work answers how many events it did @param enginePid of the engine it uses */
export async function measure(work: () => number | Promise<number>, enginePid?: number): Promise<Measured> {
  const engineBefore = enginePid === undefined ? undefined : await usageOf(enginePid);
  const before = process.cpuUsage();
  const started = performance.now();
  const events = await work();
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(before);
  const own = { perSecond: events / seconds, cpuMicroseconds: (user + system) / events };
  if (enginePid === undefined || engineBefore === undefined) return own;
  const engine = (await usageOf(enginePid)).cpuMicroseconds - engineBefore.cpuMicroseconds;
  return { ...own, engineCpuMicroseconds: engine / events };
}
