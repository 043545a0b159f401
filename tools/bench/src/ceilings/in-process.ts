/** Ceilings of what is computed and stored in one process: JSON, syncs, normalising, settling, folding, embedded tables. */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChangedRow } from '@ticketrail/core';
import { LmdbTables } from '@ticketrail/tables';
import type { Ceiling } from './ceiling.js';
import { measure } from './measure.js';
import { Folding, ingestEntries, normaliseEntry, Settling, type StageOptions } from './stages.js';

const warmEvents = 20_000;
const measuredEvents = 100_000;
const syncMs = 1_000;
const yearMs = 365 * 86_400_000;

export async function jsonCeiling(options: StageOptions): Promise<Ceiling> {
  const texts = ingestEntries(warmEvents, options).flatMap(({ batch }) =>
    (batch.parts[0]?.events ?? []).map((event) => JSON.stringify(event)),
  );
  let fields = 0;
  const pass = (): number => {
    for (const text of texts) fields += (JSON.parse(text) as object) === null ? 0 : 1;
    return texts.length;
  };
  pass();
  const measured = await measure(() => pass() + pass() + pass());
  if (fields === 0) throw new Error('nothing was parsed');
  return { id: 'json', name: 'JSON.parse of an event', ...measured };
}

/** One after the other, as a log that syncs before it answers has to. */
export async function syncCeiling(): Promise<Ceiling> {
  const directory = mkdtempSync(join(tmpdir(), 'ticketrail-bench-'));
  const file = openSync(join(directory, 'log'), 'w');
  const page = Buffer.alloc(32_768, 1);
  try {
    const measured = await measure(() => {
      let written = 0;
      const until = performance.now() + syncMs;
      for (; performance.now() < until; written++) {
        writeSync(file, page);
        fdatasyncSync(file);
      }
      return written;
    });
    return { id: 'sync', name: 'write and fdatasync of 32 KiB, each', ...measured };
  } finally {
    closeSync(file);
    rmSync(directory, { recursive: true });
  }
}

export async function normaliseCeiling(options: StageOptions): Promise<Ceiling> {
  const warm = ingestEntries(warmEvents, options);
  const entries = ingestEntries(measuredEvents, options);
  for (const entry of warm) normaliseEntry(entry);
  const measured = await measure(() => {
    for (const entry of entries) normaliseEntry(entry);
    return entries.length * options.entryEvents;
  });
  return { id: 'normalise', name: 'normalise, one process', ...measured };
}

export async function settleCeiling(options: StageOptions): Promise<Ceiling> {
  const normalised = ingestEntries(warmEvents + measuredEvents, options).map(
    (entry) => [normaliseEntry(entry), entry] as const,
  );
  const settling = new Settling();
  const warm = normalised.splice(0, warmEvents / options.entryEvents);
  for (const [parts, entry] of warm) settling.settle(parts, entry);
  const measured = await measure(() => {
    for (const [parts, entry] of normalised) settling.settle(parts, entry);
    return normalised.length * options.entryEvents;
  });
  return { id: 'settle', name: 'settle what is normalised, one process', ...measured };
}

export async function foldCeiling(options: StageOptions): Promise<Ceiling> {
  const settling = new Settling();
  const batches = ingestEntries(warmEvents + measuredEvents, options).map((entry) => {
    const batch = settling.settle(normaliseEntry(entry), entry);
    return [batch, JSON.stringify(batch)] as const;
  });
  const folding = new Folding();
  for (const [batch, body] of batches.splice(0, warmEvents / options.entryEvents)) {
    folding.fold(batch, body, options.entryEvents);
  }
  const before = folding.written;
  const measured = await measure(() => {
    for (const [batch, body] of batches) folding.fold(batch, body, options.entryEvents);
    return batches.length * options.entryEvents;
  });
  const rows = (folding.written - before) / (batches.length * options.entryEvents);
  return { id: 'fold', name: `fold, one process (${rows.toFixed(1)} rows written an event)`, ...measured };
}

export interface Flush {
  readonly events: number;
  readonly rows: readonly ChangedRow[];
}

/** Rows as the fold writes them, in the groups in which it does. */
export function flushesOf(events: number, options: StageOptions): Flush[] {
  const settling = new Settling();
  const folding = new Folding();
  const flushes: Flush[] = [];
  let since = 0;
  for (const entry of ingestEntries(events, options)) {
    since += options.entryEvents;
    const batch = settling.settle(normaliseEntry(entry), entry);
    folding.fold(batch, JSON.stringify(batch), options.entryEvents, (rows) => {
      flushes.push({ events: since, rows });
      since = 0;
    });
  }
  return flushes;
}

export async function lmdbCeiling(options: StageOptions): Promise<Ceiling> {
  const flushes = flushesOf(measuredEvents / 2, options);
  const directory = mkdtempSync(join(tmpdir(), 'ticketrail-bench-'));
  const tables = await LmdbTables.open({ directory, now: Date.now });
  let clock = 0;
  let rows = 0;
  try {
    const measured = await measure(async () => {
      let events = 0;
      for (const flush of flushes) {
        clock++;
        await tables.write(
          flush.rows.map(({ table, row, time }) => ({ table, row, clock, expiresAt: time + 10 * yearMs })),
        );
        events += flush.events;
        rows += flush.rows.length;
      }
      return events;
    });
    return { id: 'lmdb-rows', name: `LMDB, the fold's ${rows} rows, one writer`, ...measured };
  } finally {
    await tables.close();
    rmSync(directory, { recursive: true });
  }
}
