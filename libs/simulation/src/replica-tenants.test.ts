import { describe, expect, test } from '@jest/globals';
import { REVENUE } from '@ticketrail/core';
import { Replica, type TenantLimits, TenantLoading } from '@ticketrail/pipeline';
import { Choices } from './choices.js';
import { ManualClock } from './manual-clock.js';
import { MemoryDisk } from './memory-disk.js';
import { MemoryEventLog } from './memory-event-log.js';
import { MemoryTables } from './memory-tables.js';
import { START } from './one-partition.fixture.js';
import { nameOf, ScriptedWriter } from './scripted-writer.fixture.js';

const TENANTS = ['harbour', 'hill', 'mill'];
const SHARDS = 2;
const EPOCH = { epoch: 1, base: START * 1_000, partitions: SHARDS, generation: 1 };
const WINDOW = { from: START, to: START + 180_000 };

/** A replica beside writers that do as they are told. */
class Scene {
  readonly clock = new ManualClock(START);
  private readonly disk = new MemoryDisk(this.clock, 'log-1');
  private readonly log = MemoryEventLog.on(this.disk);
  private readonly tables = MemoryTables.on(this.disk);
  readonly writers = Array.from(
    { length: SHARDS },
    (_, shard) => new ScriptedWriter(this.log, this.tables, EPOCH, shard),
  );
  readonly replica: Replica;
  private stop = new AbortController();
  readonly problems: string[] = [];
  /** Partitions of tables that were read, by tenant. */
  readonly scans = new Map<string, number>();
  /** How long a read of a table with rows takes. Milliseconds. */
  scanMs = (): number => 0;

  constructor(limits: Partial<TenantLimits>) {
    const tables = MemoryTables.on(this.disk);
    const scan = tables.scan.bind(tables);
    tables.scan = async (table, partition, range) => {
      const tenant = partition['tenant'] as string;
      this.scans.set(tenant, (this.scans.get(tenant) ?? 0) + 1);
      const isWithin = partition['minute'] !== undefined && (partition['minute'] as number) < WINDOW.to;
      if (table === REVENUE.spec && isWithin) await this.clock.sleep(this.scanMs());
      return scan(table, partition, range);
    };
    const options = { tenants: TENANTS, liveMinutes: 5, liveDays: 1, limits };
    this.replica = new Replica({ log: this.log, tables, clock: this.clock }, EPOCH, options);
    this.start();
  }

  start(): void {
    this.stop.abort();
    this.stop = new AbortController();
    this.replica.run(this.stop.signal).catch((error: unknown) => this.problems.push(String(error)));
  }

  end(): void {
    this.stop.abort();
  }

  /** Lets time pass until it is settled. */
  async during<T>(asked: Promise<T>): Promise<T> {
    const state = { isSettled: false };
    const settled = asked.finally(() => (state.isSettled = true));
    settled.catch(() => undefined);
    await this.clock.advance(1);
    for (let i = 0; i < 100 && !state.isSettled; i++) await this.clock.advance(200);
    if (!state.isSettled) throw new Error('twenty seconds were not enough');
    return settled;
  }

  /** Forgets the older half of the changelog. */
  trim(shard: number): void {
    const stored = this.disk.partition('rows', shard);
    stored.entries = stored.entries.slice(stored.entries.length >> 1);
  }

  /** Asks, and checks that everything up to the positions that the answer names is in it. */
  async ask(tenant: string): Promise<number[]> {
    const { stands } = await this.replica.rows(REVENUE, tenant, WINDOW, 'minutes');
    const byLocation = await this.found(tenant);
    this.writers.forEach((writer, shard) => {
      for (const [name, applied] of writer.rowsAt(tenant, stands[shard]!.seq)) {
        const found = byLocation.get(`${shard} ${name}`) ?? 0;
        if (found < applied)
          this.problems.push(`${tenant}, ${shard}: ${name} is of ${found}, as of ${stands[shard]!.seq} of ${applied}`);
      }
    });
    return stands.map(({ seq }) => seq);
  }

  /** By shard, location and minute the position that its row is of. */
  async found(tenant: string): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    for (let minute = WINDOW.from; minute < WINDOW.to; minute += 60_000) {
      const window = { from: minute, to: minute + 60_000 };
      const { rows } = await this.replica.rows(REVENUE, tenant, window, 'minutes');
      for (const row of rows) {
        const location = row['location_id'] as string;
        found.set(`${row['shard'] as number} ${nameOf({ location, minute })}`, row['revenue_minor'] as number);
      }
    }
    return found;
  }
}

describe('tenants of a replica', () => {
  test('have after any interleaving exactly the rows that were written, and never less than an answer claims', async () => {
    let answers = 0;
    for (let seed = 1; seed <= 150; seed++) {
      const choices = new Choices(seed);
      const scene = new Scene({
        tenantsAtStartMax: choices.pick([0, 0, 0, 16]),
        loadsMax: choices.integer(1, 2),
        waitMs: choices.pick([0, 200, 5_000]),
        idleMs: choices.pick([1_500, 4_000, 60_000]),
        recentMs: 1_000,
        rowsMax: choices.pick([0, 10, 1_000]),
        tailRowsMax: choices.pick([0, 4, 1_000]),
      });
      scene.scanMs = () => choices.pick([0, 3, 40]);
      const open = new Set<Promise<unknown>>();
      for (let step = 0; step < 60; step++) {
        const shard = choices.integer(0, SHARDS - 1);
        const writer = scene.writers[shard]!;
        const some = (): { tenant: string; minute: number; location: string } => ({
          tenant: choices.pick(TENANTS),
          minute: START + choices.integer(0, 2) * 60_000,
          location: choices.pick(['a', 'b']),
        });
        const what = choices.integer(0, 19);
        if (what < 6) writer.change(Array.from({ length: choices.integer(0, 3) }, some));
        else if (what < 10) await writer.publish(choices.chance(0.1));
        else if (what === 10) writer.restart();
        else if (what === 11) await writer.flush(() => choices.chance(0.5));
        else if (what === 12) await writer.vouch();
        else if (what === 13) scene.trim(shard);
        else if (what === 14 && choices.chance(0.2)) scene.start();
        else if (what < 17) {
          const asked = scene
            .ask(choices.pick(TENANTS))
            .then(() => answers++)
            .catch((error: unknown) => error instanceof TenantLoading || scene.problems.push(String(error)))
            .finally(() => open.delete(asked));
          open.add(asked);
        } else await scene.clock.advance(choices.pick([1, 10, 100, 1_000, 3_000]));
      }
      for (const writer of scene.writers) {
        // That the last change was lost is seen by the next one.
        writer.change([]);
        await writer.vouch();
      }
      while (open.size > 0) await scene.clock.advance(1_000);
      await scene.clock.advance(2_000);
      const last = scene.writers.map(({ seq }) => seq);
      for (const tenant of TENANTS) {
        let stands: number[] | undefined;
        for (let i = 0; i < 100 && stands === undefined; i++) {
          if (i > 0) await scene.clock.advance(200);
          stands = await scene.during(scene.ask(tenant).catch(() => undefined));
        }
        expect([seed, stands]).toEqual([seed, last]);
        const expected = scene.writers.flatMap((writer, shard) =>
          [...writer.rowsAt(tenant, writer.seq)].map(([name, applied]) => [`${shard} ${name}`, applied] as const),
        );
        expect([seed, [...(await scene.during(scene.found(tenant)))].sort()]).toEqual([seed, expected.sort()]);
      }
      expect([seed, scene.problems, scene.replica.ready]).toEqual([seed, [], true]);
      scene.end();
      await scene.clock.advance(1_000);
    }
    expect(answers).toBeGreaterThan(500);
  }, 60_000);

  const row = (tenant: string): { tenant: string; minute: number; location: string } => ({
    tenant,
    minute: START,
    location: 'a',
  });

  test('are loaded once for all who ask meanwhile, and not before', async () => {
    const scene = new Scene({ tenantsAtStartMax: 0 });
    scene.writers[0]!.change([row('harbour'), row('hill')]);
    await scene.writers[0]!.vouch();
    await scene.clock.advance(2_000);
    expect([scene.replica.ready, scene.replica.tenantsLoaded, scene.scans.size]).toEqual([true, 0, 0]);
    scene.scanMs = () => 20;
    const asked = [scene.ask('harbour'), scene.ask('harbour'), scene.ask('harbour')];
    await scene.clock.advance(2_000);
    expect(await Promise.all(asked)).toEqual([
      [1, 0],
      [1, 0],
      [1, 0],
    ]);
    const scans = scene.scans.get('harbour');
    await scene.ask('harbour');
    expect(scene.scans).toEqual(new Map([['harbour', scans]]));
    expect([scene.replica.tenantsLoaded, scene.replica.tenantsLoading]).toEqual([1, 0]);
    scene.end();
  });

  test('a question waits for its tenant for a while and no longer, and the load goes on', async () => {
    const scene = new Scene({ tenantsAtStartMax: 0, waitMs: 50 });
    scene.writers[0]!.change([row('harbour')]);
    await scene.writers[0]!.vouch();
    await scene.clock.advance(1_000);
    scene.scanMs = () => 40;
    const asked = scene.ask('harbour').catch((error: unknown) => error);
    await scene.clock.advance(60);
    expect(await asked).toBeInstanceOf(TenantLoading);
    expect(scene.replica.tenantsLoading).toBe(1);
    await scene.clock.advance(1_000);
    expect(await scene.ask('harbour')).toEqual([1, 0]);
    scene.end();
  });

  test('of a load that fails its questioners hear, and the next question loads anew', async () => {
    const scene = new Scene({ tenantsAtStartMax: 0 });
    scene.writers[0]!.change([row('harbour')]);
    await scene.writers[0]!.vouch();
    await scene.clock.advance(1_000);
    scene.scanMs = () => {
      throw new Error('the tables are away');
    };
    await expect(scene.ask('harbour')).rejects.toThrow('the tables are away');
    expect(scene.replica.tenantsLoading).toBe(0);
    scene.scanMs = () => 0;
    const asked = scene.ask('harbour');
    await scene.clock.advance(100);
    expect(await asked).toEqual([1, 0]);
    scene.end();
  });

  test('that nobody asks for are let go, and their changes with them once the tables have those', async () => {
    const scene = new Scene({ tenantsAtStartMax: 0, idleMs: 5_000 });
    const [writer] = scene.writers;
    const asked = scene.ask('harbour');
    await scene.clock.advance(1_000);
    await asked;
    writer!.change([row('harbour')]);
    await writer!.publish(false);
    await scene.clock.advance(1_000);
    expect([scene.replica.tenantsLoaded, scene.replica.rowsInMemory > 0]).toEqual([1, true]);
    await scene.clock.advance(6_000);
    expect([scene.replica.tenantsLoaded, scene.replica.rowsInMemory]).toEqual([0, 0]);
    writer!.change([row('harbour')]);
    await writer!.publish(false);
    await scene.clock.advance(1_000);
    expect([scene.replica.rowsInTail, scene.replica.rowsInMemory]).toEqual([1, 0]);
    await writer!.vouch();
    await scene.clock.advance(2_000);
    expect(scene.replica.rowsInTail).toBe(0);
    const again = scene.ask('harbour');
    await scene.clock.advance(1_000);
    expect(await again).toEqual([2, 0]);
    scene.end();
  });

  test('of a few all are loaded at the start, and stay', async () => {
    const scene = new Scene({ tenantsAtStartMax: 3, idleMs: 1_000 });
    await scene.clock.advance(5_000);
    expect([scene.replica.ready, scene.replica.tenantsLoaded]).toEqual([true, 3]);
    scene.end();
  });
});
