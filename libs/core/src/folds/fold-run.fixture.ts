/** Runs a PartitionFold over a log as its loop would: once without disturbance, and once with everything that may go wrong. */
import type { SettledBatch, SettledPart } from '../batches.js';
import { AGGREGATES } from '../tables/catalogue.js';
import { packedLayout, packRow, type PackedRow, type PackedRows, unpackRow } from '../tables/packed-row.js';
import type { TenantEvent } from './event-sets.fixture.js';
import { keyText, type NaiveTables, sorted } from './naive-tables.fixture.js';
import type { ChangedRow } from './changed-rows.js';
import { PartitionFold, type PartitionFoldOptions } from './partition-fold.js';
import type { SettledEntry } from './settled-entry.js';
import type { Choices } from './random.fixture.js';

export const SKEW_MS = 90_000;
export const ROOMY: PartitionFoldOptions = {
  generation: 1,
  shard: 3,
  resumedAt: undefined,
  skewMs: SKEW_MS,
  ordersMax: 1_000,
  periodsMax: 1_000,
  cellsMax: 10_000,
};
/** Roomy for the orders of a test, so that few are read in vain. */
const ORDER_FILTER_BYTES = 4_096;
const CRAMPED = { ordersMax: 1, periodsMax: 2, cellsMax: 7 };
/** So few bytes that hardly a row stays, or moments of tables that are let go as soon as they may be. */
const TIGHT: readonly Partial<PartitionFoldOptions>[] = [
  {},
  { ordersBytesMax: 1, periodsBytesMax: 1, cellsBytesMax: 1 },
  { ordersBytesMax: 900, periodsBytesMax: 900, cellsBytesMax: 9_000, momentsKeptMs: 60_000 },
  { momentsKeptMs: 0 },
  { momentsKeptMs: -SKEW_MS },
];

/** A log of the events in this order, in entries of any size, each as early as the skew allows or later. */
export function logOf(events: readonly TenantEvent[], choices: Choices, entryMax = 6): SettledEntry[] {
  const log: SettledEntry[] = [];
  let seq = 0;
  let time = 0;
  for (let from = 0; from < events.length;) {
    const some = events.slice(from, from + choices.below(entryMax + 1));
    from += some.length;
    // Positions may have holes.
    seq += choices.pick([1, 1, 1, 2]);
    time =
      Math.max(time, ...some.map(({ event }) => event.time - SKEW_MS)) +
      choices.pick([0, 0, 0, 1_000, 60_000, 10_800_000]);
    const tenants = [...new Set(some.map(({ tenant }) => tenant))];
    const parts = tenants.map((tenant) => partOf(tenant, some, choices));
    const previous = log.at(-1)?.id ?? '';
    const batch: SettledBatch = { previous, ingest: seq, ingest_id: `north.1.b.${seq}`, log_time: time, parts };
    log.push({ seq, id: `entry-${seq}`, batch });
  }
  return log;
}

function partOf(tenant: string, some: readonly TenantEvent[], choices: Choices): SettledPart {
  const events = some.filter((one) => one.tenant === tenant).map(({ event }) => event);
  const duplicates = events
    .filter(() => choices.chance(0.1))
    .map(({ event_id, location_id, event_type, time }) => ({ event_id, location_id, event_type, time, first: 1 }));
  const rejections = choices.chance(0.1)
    ? [{ reason: 'not_json', message: 'the event is not JSON', payload: '{' }]
    : [];
  return { tenant, accepted: events.length + duplicates.length + rejections.length, events, duplicates, rejections };
}

export function foldEntry(fold: PartitionFold, entry: SettledEntry, tables: NaiveTables): void {
  foldTogether(fold, [entry], tables);
  fold.commit();
}

/**
 * Folds the first of the entries, and of those behind it as many as need no other sources; answers how many are to be committed.
 * `between` is called where a loop may wait, or others may have their turn.
 */
function foldTogether(
  fold: PartitionFold,
  [entry, ...next]: readonly SettledEntry[],
  tables: NaiveTables,
  between?: () => void,
): number {
  const { orders, periods, numbers } = fold.wantedSources(entry!.batch);
  for (const wanted of orders) fold.supplyOrder(wanted, tables.scan(wanted));
  for (const wanted of periods) fold.supplyPeriod(wanted, tables.scan(wanted));
  for (const wanted of numbers) fold.supplyNumbers(wanted, tables.read(wanted.table, wanted.key));
  const cells = fold.fold(entry!);
  let folded = 1;
  for (const later of next) {
    between?.();
    const wanted = fold.wantedSources(later.batch);
    if (wanted.orders.length + wanted.periods.length + wanted.numbers.length > 0) break;
    cells.push(...fold.fold(later));
    folded++;
  }
  between?.();
  for (const wanted of cells) fold.supplyCell(wanted, tables.read(wanted.table.spec, wanted.key));
  return folded;
}

export function runUndisturbed(log: readonly SettledEntry[], tables: NaiveTables): void {
  const fold = new PartitionFold(ROOMY);
  for (const entry of log) foldEntry(fold, entry, tables);
  tables.write(fold.takeChanged('all'));
}

/** A replica of the changelog: the newest packed row of each key. */
export class NaiveReplica {
  private readonly rows = new Map<string, PackedRow>();

  take(published: readonly PackedRows[]): void {
    for (const [index, tenant, bucket, rows] of published) {
      const table = AGGREGATES[index]!;
      const { applied } = packedLayout(table);
      for (const row of rows) {
        const unpacked = unpackRow(table, tenant, bucket, ROOMY.shard, row);
        const text = keyText(table.spec, { ...unpacked, generation: ROOMY.generation });
        const known = this.rows.get(text);
        if (known === undefined || (known[applied] as number) <= (row[applied] as number)) this.rows.set(text, row);
      }
    }
  }

  /** Every row as text, by table and key. */
  all(): Map<string, string> {
    return sorted([...this.rows].map(([text, row]) => [text, JSON.stringify(row)]));
  }
}

/** What a replica of the changelog should hold when the tables are written. */
export function packedRowsOf(tables: NaiveTables): Map<string, string> {
  const packed = AGGREGATES.flatMap((table) =>
    tables.rowsOf(table.spec).map((row) => [keyText(table.spec, row), JSON.stringify(packRow(table, row))] as const),
  );
  return sorted(packed);
}

interface Checkpoint {
  /** Entries it vouches for. */
  readonly entries: number;
  /** Writes after which it was taken. */
  readonly writes: number;
}

/**
 * Folds several entries before they are committed, takes live rows and all rows at any moment, makes them by and by, lets rows go
 * in pieces, and crashes: then each row has the version of some checkpoint or a later one, each row on its own, and another fold
 * goes on from that checkpoint. Answers the changelog's replica, which lives on through the crashes.
 */
export function runDisturbed(log: readonly SettledEntry[], tables: NaiveTables, choices: Choices): NaiveReplica {
  const replica = new NaiveReplica();
  const checkpoints: Checkpoint[] = [{ entries: 0, writes: 0 }];
  const busy = choices.next();
  let crashes = choices.below(5);
  let done = 0;
  const orderFilterBytes = choices.pick([0, ORDER_FILTER_BYTES, ORDER_FILTER_BYTES]);
  const open = (): PartitionFold => {
    const last = log[done - 1];
    const resumedAt = last?.batch.log_time;
    const orderMarks = { seq: last?.seq ?? 0, rows: last === undefined ? [] : tables.orderMarks(), expiredBefore: 0 };
    const limits = choices.chance(0.7) ? CRAMPED : {};
    return new PartitionFold({ ...ROOMY, ...limits, ...choices.pick(TIGHT), resumedAt, orderFilterBytes, orderMarks });
  };
  let fold = open();
  /** Entries up to which everything was taken and written, and those at which a round of letting go was over last. */
  let written = 0;
  let evictedAt = 0;
  let isEvicting = false;
  /** Taken to be written, and not yet made. */
  let taken: readonly ChangedRow[] = [];
  let vouches: (() => void) | undefined;
  const writeSome = (rows: number): void => {
    tables.write(taken.slice(0, rows));
    taken = taken.slice(rows);
    if (taken.length > 0) return;
    vouches?.();
    vouches = undefined;
  };
  const take = (): void => {
    if (choices.chance(0.5)) replica.take(fold.takePublished());
    writeSome(choices.chance(0.7) ? taken.length : choices.below(taken.length + 1));
    // One flush at a time.
    if (taken.length > 0) return;
    if (choices.chance(0.5)) {
      taken = choices.chance(0.3) ? fold.takeSources() : fold.takeChanged('live');
    } else if (choices.chance(0.3)) {
      // What a checkpoint vouches for has been published, since nobody goes over it again.
      replica.take(fold.takePublished());
      taken = fold.takeChanged('all');
      const entries = done;
      vouches = () => {
        written = entries;
        if (choices.chance(0.8)) checkpoints.push({ entries, writes: tables.writes });
      };
    }
    writeSome(choices.chance(0.5) ? taken.length : choices.below(taken.length + 1));
  };
  while (done < log.length) {
    const isCrash = crashes > 0 && choices.chance(0.1);
    const some = log.slice(done, done + choices.pick([1, 1, 2, 6]));
    const folded = foldTogether(fold, some, tables, () => choices.chance(busy) && take());
    for (let toCommit = isCrash ? choices.below(folded + 1) : folded; toCommit > 0; toCommit--) {
      fold.commit();
      done++;
      if (choices.chance(busy)) take();
    }
    if (!isCrash) {
      if (choices.chance(0.5)) fold.trim(log[written - 1]?.seq ?? 0, choices.pick([1, 3, 100]));
      if ((isEvicting || written >= evictedAt) && choices.chance(0.8)) {
        isEvicting = !fold.evict(choices.pick([1, 5, undefined]));
        if (!isEvicting) evictedAt = done;
      }
      if (done < log.length || crashes === 0) continue;
    }
    crashes--;
    const back = choices.chance(0.6) ? checkpoints.length - 1 : choices.below(checkpoints.length);
    checkpoints.length = back + 1;
    done = checkpoints[back]!.entries;
    tables.crash(checkpoints[back]!.writes, choices);
    fold = open();
    taken = [];
    vouches = undefined;
    written = evictedAt = done;
    isEvicting = false;
  }
  writeSome(taken.length);
  replica.take(fold.takePublished());
  tables.write(fold.takeChanged('all'));
  return replica;
}
