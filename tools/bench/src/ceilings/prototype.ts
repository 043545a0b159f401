/** The throwaway prototype on engines of this run, beside the product: what two cores do without any guarantee. */
import { cp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Program } from '../product/child-process.js';
import { openEngines } from '../product/engines.js';
import { TemporaryDirectory } from '../product/temporary-directory.js';
import { snapshotOf, usageBetween } from '../product/usage-meter.js';
import type { Prototype } from './ceiling.js';

const services = ['collector', 'enricher', 'aggregator'] as const;
const listeningMs = 2_000;
const warmRate = 5_000;
const warmSeconds = 10;
/** Its own text says the rest: how long a step may take beyond the load itself. */
const overtimeMs = 60_000;
const modules = fileURLToPath(new URL('../../../../node_modules', import.meta.url));

/**
 * The steps of its run.sh on new engines, with the processes known by their ids: its own figures add up everything of that name
 * on the machine. Throws when it lost something or did not keep going.
 */
export async function runPrototype(
  directory: string,
  load: { readonly rate: number; readonly warmupSeconds: number; readonly seconds: number; readonly locations: number },
): Promise<Prototype> {
  const engines = await openEngines();
  // A copy, so that it finds its packages among ours.
  const copy = new TemporaryDirectory();
  const programs: Program[] = [];
  const env = {
    ...process.env,
    NATS: engines.natsUrl.replace(/^nats:\/\//, ''),
    CQL: engines.cqlContactPoint,
    P: '4',
    LINGER_MS: '10',
  };
  const script = (name: string, flags: readonly string[], args: readonly number[]): Program =>
    Program.run(name, process.execPath, [...flags, `${name}.mjs`, ...args.map(String)], { cwd: copy.path, env });
  try {
    await cp(directory, copy.path, { recursive: true });
    await symlink(modules, join(copy.path, 'node_modules'));
    await script('setup', [], []).succeeded(overtimeMs);
    for (const service of services) {
      programs.push(script(service, service === 'collector' ? [] : ['--max-semi-space-size=64'], []));
    }
    await sleep(listeningMs);
    const loadOnce = async (rate: number, seconds: number): Promise<string> => {
      const loading = script('load', [], [rate, seconds, load.locations]);
      await loading.succeeded(seconds * 1_000 + overtimeMs);
      return loading.output;
    };
    await loadOnce(warmRate, warmSeconds);
    if (load.warmupSeconds > 0) await loadOnce(load.rate, load.warmupSeconds);
    const processes = [...programs.map(({ name, pid }) => ({ role: name, pid })), ...engines.processes];
    const before = await snapshotOf(processes);
    const said = readLoad(await loadOnce(load.rate, load.seconds));
    const usage = usageBetween(before, await snapshotOf(processes), said.sent);
    const cpu = Object.fromEntries(usage.map((one) => [one.role, one.cpuMicrosecondsPerEvent]));
    const { rate, p50, p95, p99, generator } = said;
    return { asked: load.rate, rate, p50, p95, p99, cpuMicrosecondsPerEvent: { ...cpu, generator } };
  } finally {
    for (const program of programs) await program.stop();
    await copy.remove();
    await engines.stop();
  }
}

/** Reads what its load prints; throws when it lost something. */
export function readLoad(text: string): Record<'rate' | 'sent' | 'p50' | 'p95' | 'p99' | 'generator', number> {
  const numberOf = (name: string): number => {
    const found = new RegExp(`\\b${name}: '?([0-9.]+)`).exec(text)?.[1];
    if (found === undefined) throw new Error(`the prototype does not say its ${name}: ${text.slice(-1_000)}`);
    return Number(found);
  };
  if (numberOf('seen') !== numberOf('sent')) throw new Error(`the prototype lost events: ${text.slice(-1_000)}`);
  return {
    rate: numberOf('rate'),
    sent: numberOf('sent'),
    p50: numberOf('p50'),
    p95: numberOf('p95'),
    p99: numberOf('p99'),
    generator: numberOf('load'),
  };
}
