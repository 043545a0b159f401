/**
 * Whose windows are in memory. A tenant's is read from the tables when somebody asks for it, once for all who ask meanwhile, and let
 * go when nobody does any more. Changes of the others are not lost on it: see ChangelogTail.
 */
import { type ChangelogStands, type Coverage, laterStands, type PartitionStand } from './changelog-stands.js';
import type { ChangelogTail } from './changelog-tail.js';
import type { LiveRows } from './live-rows.js';
import type { Clock } from './ports.js';

export interface TenantLimits {
  /** As many tenants are loaded at the start and stay; where there are more, each is loaded when it is asked for. */
  readonly tenantsAtStartMax: number;
  /** Tenants that are read from the tables at a time. */
  readonly loadsMax: number;
  /** How long a question waits for a tenant that is being loaded. Milliseconds. */
  readonly waitMs: number;
  /** A tenant is let go when nobody asked for it for this long. Milliseconds. */
  readonly idleMs: number;
  /** Beyond so many rows in memory, those asked for longest ago go first, though not those asked for within `recentMs`. */
  readonly rowsMax: number;
  readonly recentMs: number;
  /** Changed rows that are kept of tenants that are not in memory. */
  readonly tailRowsMax: number;
}

/** Ten million rows take about 1 GB: see LiveRows. */
export const TENANT_LIMITS: TenantLimits = {
  tenantsAtStartMax: 16,
  loadsMax: 4,
  waitMs: 5_000,
  idleMs: 900_000,
  rowsMax: 10_000_000,
  recentMs: 60_000,
  tailRowsMax: 500_000,
};

/** How often a load looks whether the tables have come far enough. Milliseconds. */
const CHECKPOINT_MS = 250;

/** When to ask again for a tenant that is being loaded. Seconds. */
const RETRY_AFTER_SECONDS = 2;

/** The tenant's window is not in memory yet. It is being loaded: to be asked again after `retryAfterSeconds`. */
export class TenantLoading extends Error {
  readonly code = 'TENANT_LOADING';
  readonly retryAfterSeconds = RETRY_AFTER_SECONDS;

  constructor(tenant: string) {
    super(`the figures of ${tenant} are being loaded`);
  }
}

/** Where windows are read from. */
export interface WindowSource {
  /** Up to where the tables are complete. */
  checkpoints(): Promise<PartitionStand[]>;
  /** Takes the tenant's rows of the window from the tables into memory; rejects when `signal` aborts. */
  read(tenant: string, signal: AbortSignal): Promise<void>;
}

interface TenantWindow {
  readonly coverage: Coverage;
  /** It was read once: questions are answered from it. */
  isLoaded: boolean;
  stays: boolean;
  askedAt: number;
  loading: Promise<void> | undefined;
}

export class TenantWindows {
  private readonly windows = new Map<string, TenantWindow>();
  /** By tenant that was let go: changes up to these positions are not in the tail. */
  private readonly released = new Map<string, readonly number[]>();
  private readonly waiting: (() => void)[] = [];
  private loads = 0;
  private signal: AbortSignal | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly source: WindowSource,
    private readonly live: LiveRows,
    private readonly tail: ChangelogTail,
    private readonly stands: ChangelogStands,
    private readonly limits: TenantLimits,
  ) {}

  /** Tenants that questions are answered for at once. */
  get loaded(): number {
    let count = 0;
    for (const { isLoaded } of this.windows.values()) if (isLoaded) count++;
    return count;
  }

  /** Tenants that are being read, or wait for it. */
  get underWay(): number {
    let count = 0;
    for (const { loading } of this.windows.values()) if (loading !== undefined) count++;
    return count;
  }

  get coverages(): Coverage[] {
    return [...this.windows.values()].map(({ coverage }) => coverage);
  }

  /** Whether no loaded window waits for the tables to close a hole. */
  get isWhole(): boolean {
    for (const { isLoaded, coverage } of this.windows.values()) {
      if (isLoaded && !this.stands.covers(coverage)) return false;
    }
    return true;
  }

  /** Whether changes of the tenant go into memory. */
  holds(tenant: string): boolean {
    return this.windows.has(tenant);
  }

  isLoaded(tenant: string): boolean {
    return this.windows.get(tenant)?.isLoaded === true;
  }

  /** Up to where the rows of a loaded tenant are complete. */
  standsOf(tenant: string): PartitionStand[] {
    return this.stands.standsOf(this.windows.get(tenant)!.coverage);
  }

  /** Loads are made until `signal` aborts. */
  begin(signal: AbortSignal): void {
    this.signal = signal;
  }

  /** Loads these, and never lets them go. */
  async loadAll(tenants: readonly string[]): Promise<void> {
    const { signal } = this;
    const loadOne = async (tenant: string): Promise<void> => {
      const window = this.hold(tenant);
      window.stays = true;
      while (!window.isLoaded) {
        try {
          await this.load(tenant, window);
        } catch (error) {
          // A load of the run before this one ends with it.
          if (!(error instanceof TenantLoading) || signal?.aborted !== false) throw error;
        }
      }
    };
    await Promise.all(tenants.map(loadOne));
  }

  /** Resolves when the tenant is loaded; throws TenantLoading when that takes too long, or the reason why it cannot be. */
  async ask(tenant: string): Promise<void> {
    const window = this.hold(tenant);
    window.askedAt = this.clock.now();
    if (window.isLoaded) return;
    const enough = new AbortController();
    try {
      await Promise.race([this.load(tenant, window), this.clock.sleep(this.limits.waitMs, enough.signal)]);
    } finally {
      enough.abort();
    }
    if (!window.isLoaded) throw new TenantLoading(tenant);
  }

  /**
   * Lets go of what nobody asks for, and reads what a hole left behind again. To be called every second or so.
   *
   * @param checkpoints up to where the tables vouch for rows
   */
  tend(checkpoints: readonly PartitionStand[]): void {
    const now = this.clock.now();
    const { idleMs, rowsMax, recentMs } = this.limits;
    const byAge = [...this.windows].filter(([, one]) => !one.stays && one.loading === undefined);
    byAge.sort(([, a], [, b]) => a.askedAt - b.askedAt);
    let rows = this.live.size;
    for (const [tenant, window] of byAge) {
      const idle = now - window.askedAt;
      const isBehind = !this.stands.covers(window.coverage);
      if (idle < Math.min(idleMs, recentMs) || (idle < idleMs && !isBehind && rows <= rowsMax)) continue;
      this.letGo(tenant);
      rows = this.live.size;
    }
    for (const [tenant, positions] of this.released) {
      if (positions.every((seq, partition) => seq <= checkpoints[partition]!.seq)) this.released.delete(tenant);
    }
    for (const [tenant, window] of this.windows) {
      if (!window.isLoaded || window.loading !== undefined || this.stands.covers(window.coverage)) continue;
      // What it fails of, the next read of the checkpoints fails of too, and that is told.
      this.load(tenant, window).catch(() => undefined);
    }
  }

  private hold(tenant: string): TenantWindow {
    let window = this.windows.get(tenant);
    if (window !== undefined) return window;
    const released = this.released.get(tenant);
    const from = this.tail.since.map((seq, partition) => Math.max(seq, released?.[partition] ?? 0));
    for (const [shard, group] of this.tail.of(tenant)) this.live.take(shard, group);
    const coverage = this.stands.coverage(from);
    window = { coverage, isLoaded: false, stays: false, askedAt: this.clock.now(), loading: undefined };
    this.windows.set(tenant, window);
    return window;
  }

  private letGo(tenant: string): void {
    this.windows.delete(tenant);
    this.released.set(tenant, this.stands.positions);
    this.live.forgetTenant(tenant);
  }

  private load(tenant: string, window: TenantWindow): Promise<void> {
    window.loading ??= this.loadNow(tenant, window).finally(() => (window.loading = undefined));
    return window.loading;
  }

  private async loadNow(tenant: string, window: TenantWindow): Promise<void> {
    const { signal } = this;
    if (signal === undefined) throw new TenantLoading(tenant);
    if (this.loads >= this.limits.loadsMax) await new Promise<void>((go) => this.waiting.push(go));
    else this.loads++;
    try {
      let checkpoints = await this.source.checkpoints();
      while (!this.stands.suffices(checkpoints, window.coverage)) {
        await this.clock.sleep(CHECKPOINT_MS, signal);
        if (signal.aborted) throw new TenantLoading(tenant);
        checkpoints = await this.source.checkpoints();
      }
      // Before the first checkpoint nothing in the tables is vouched for.
      if (checkpoints.some(({ seq }) => seq > 0)) await this.source.read(tenant, signal);
      if (signal.aborted) throw new TenantLoading(tenant);
      window.coverage.loaded = laterStands(window.coverage.loaded, checkpoints);
      if (!window.isLoaded) window.askedAt = this.clock.now();
      window.isLoaded = true;
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.loads--;
      else next();
    }
  }
}
