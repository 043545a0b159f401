/**
 * Bounded rows that are found by what their keys hold without a text made of it: that text would be made, hashed and thrown away
 * for every contribution.
 */
import { MINUTE_MS } from '../time.js';
import { BoundedRows, type CachedRow, type CacheLimits } from './row-cache.js';

type Member = string | number;

export interface NestedKey {
  readonly tenant: string;
  /** A whole number of minutes, in milliseconds. */
  readonly bucket: number;
  /** The one with the most values first; of one length in all keys. */
  readonly members: readonly Member[];
}

/** Maps within maps, one level for each part of the key; the rows are in the innermost. */
type Level<State> = Map<Member, Level<State> | State>;

export class NestedCache<State extends CachedRow> extends BoundedRows<State> {
  private readonly root: Level<State> = new Map();
  /** Where most rows are looked for: those of one tenant and bucket after the other. */
  private tenant = '';
  private bucket = Number.NaN;
  private found: Level<State> | undefined;

  constructor(
    coversSince: number,
    limits: CacheLimits,
    earliestOf: (state: State) => number,
    private readonly keyOf: (state: State) => NestedKey,
  ) {
    super(coversSince, limits, earliestOf);
  }

  get(tenant: string, bucket: number, members: readonly Member[]): State | undefined {
    let level = this.at(tenant, bucket);
    // The member with many values comes last, so that maps are few and large.
    for (let i = members.length - 1; i > 0 && level !== undefined; i--)
      level = level.get(members[i]!) as Level<State> | undefined;
    return level?.get(members[0]!) as State | undefined;
  }

  set(state: State): void {
    const { tenant, bucket, members } = this.keyOf(state);
    let level = inner(inner(this.root, bucketKey(bucket)), tenant);
    this.found = undefined;
    for (let i = members.length - 1; i > 0; i--) level = inner(level, members[i]!);
    level.set(members[0]!, state);
    this.enqueue(state);
  }

  protected override remove(state: State): void {
    const { tenant, bucket, members } = this.keyOf(state);
    if (this.get(tenant, bucket, members) !== state) return;
    const path: Member[] = [bucketKey(bucket), tenant, ...members.slice(1).reverse()];
    const levels: Level<State>[] = [this.root];
    for (const key of path) levels.push(levels[levels.length - 1]!.get(key) as Level<State>);
    levels[path.length]!.delete(members[0]!);
    // Maps in which nothing is left go with it.
    for (let i = path.length; i > 0 && levels[i]!.size === 0; i--) levels[i - 1]!.delete(path[i - 1]!);
    this.found = undefined;
  }

  private at(tenant: string, bucket: number): Level<State> | undefined {
    if (this.found !== undefined && bucket === this.bucket && tenant === this.tenant) return this.found;
    const tenants = this.root.get(bucketKey(bucket)) as Level<State> | undefined;
    this.found = tenants?.get(tenant) as Level<State> | undefined;
    this.tenant = tenant;
    this.bucket = bucket;
    return this.found;
  }
}

/** A small whole number is found more quickly than a time. */
function bucketKey(bucket: number): number {
  return Math.floor(bucket / MINUTE_MS) | 0;
}

function inner<State>(level: Level<State>, key: Member): Level<State> {
  let next = level.get(key) as Level<State> | undefined;
  if (next === undefined) level.set(key, (next = new Map()));
  return next;
}
