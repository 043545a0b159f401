/** How far each stage of the product is from what this machine could do: the CPU of its ceilings as a share of its own. */
import type { RunResult } from '../run.js';
import type { Ceiling, CeilingId, Ceilings } from './ceiling.js';

export interface Share {
  readonly stage: string;
  readonly cpuMicroseconds: number;
  /** What the stage would cost if it did nothing but this. */
  readonly madeOf: string;
  readonly ceilingMicroseconds: number;
}

type Part = readonly [id: CeilingId, of: 'own' | 'engine'];

const own = (...ids: CeilingId[]): Part[] => ids.map((id) => [id, 'own'] as const);
const engine = (...ids: CeilingId[]): Part[] => ids.map((id) => [id, 'engine'] as const);

function partsOf(role: string, http: CeilingId): readonly Part[] | undefined {
  const parts: Readonly<Record<string, readonly Part[]>> = {
    standalone: own(http, 'normalise', 'settle', 'fold', 'lmdb-rows'),
    collector: own(http, 'normalise', 'jetstream-publish'),
    enricher: own('jetstream-consume', 'json', 'normalise', 'settle', 'jetstream-publish'),
    aggregator: own('jetstream-consume', 'json', 'fold', 'cql-rows'),
    // The ingest log and the settled one: published and consumed each.
    'nats-server': engine('jetstream-publish', 'jetstream-publish', 'jetstream-consume', 'jetstream-consume'),
    cassandra: engine('cql-rows'),
  };
  return parts[role];
}

/** Of one run. Stages of which a ceiling could not be measured are left out. */
export function sharesOf(result: RunResult, { measured }: Ceilings): Share[] {
  const ceilings = new Map<CeilingId, Ceiling>(measured.map((ceiling) => [ceiling.id, ceiling]));
  const http: CeilingId = result.options.batch === 1 ? 'node-http-1' : 'node-http-100';
  const shares: Share[] = [];
  for (const { role, cpuMicrosecondsPerEvent } of result.usage) {
    const parts = partsOf(role, http);
    if (parts === undefined) continue;
    const costs = parts.map(([id, of]) =>
      of === 'own' ? ceilings.get(id)?.cpuMicroseconds : ceilings.get(id)?.engineCpuMicroseconds,
    );
    if (costs.includes(undefined)) continue;
    shares.push({
      stage: role,
      cpuMicroseconds: cpuMicrosecondsPerEvent,
      madeOf: parts.map(([id]) => id).join(' + '),
      ceilingMicroseconds: costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0),
    });
  }
  return shares;
}
