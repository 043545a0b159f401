#!/usr/bin/env node
// How long a receipt takes for a busy location-minute: writes the history of one partition as the product would have written it
// at a given rate, and asks for receipts of its busiest place.
//
//   node tools/verify/receipt-speed.mjs [--rate 1000] [--partitions 8] [--minutes 60] [--entry 12] [--share 0.08]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { EVENT_PAGES, hourOf, partitionOf, PartitionFold } from '@ticketrail/core';
import { checkpointWrite, encodeSettled, Receipts } from '@ticketrail/pipeline';
import { LmdbTables } from '@ticketrail/tables';

const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 10, 20, 12);
const text = { type: 'string' };
const { values } = parseArgs({ options: { rate: text, partitions: text, minutes: text, entry: text, share: text } });
const rate = Number(values.rate ?? 1_000);
const partitions = Number(values.partitions ?? 8);
const minutes = Number(values.minutes ?? 60);
const entryEvents = Number(values.entry ?? 12);
/** Share of the partition's events that happen at the busy place. */
const share = Number(values.share ?? 0.08);
const tenant = 'demo';
const shard = 0;

const places = [];
for (let i = 0; places.length < 60; i++) {
  if (partitionOf(tenant, `loc_${i}`, partitions) === shard) places.push(`loc_${i}`);
}
const busy = places[0];
let state = 1;
const next = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};

/** Events of orders in the order of their times: placed, completed, paid, now and then voided or given back. */
function* events() {
  const perMinute = (rate * 60) / partitions;
  let order = 0;
  const waiting = new Map();
  const at = (time, event) => {
    const minute = Math.floor(time / MINUTE_MS);
    if (!waiting.has(minute)) waiting.set(minute, []);
    waiting.get(minute).push({ time, ...event });
  };
  for (let minute = START / MINUTE_MS; minute < START / MINUTE_MS + minutes; minute++) {
    for (let i = 0; i < perMinute / 3.1; i++) {
      const id = `ord-${++order}`;
      const location_id = next() < share ? busy : places[1 + Math.floor(next() * (places.length - 1))];
      const time = (minute + next()) * MINUTE_MS;
      const where = {
        location_id,
        location_name: `Place ${location_id}`,
        order_id: id,
        table_id: `t${Math.floor(next() * 60)}`,
      };
      const total = Math.floor(500 + next() * 9_000);
      const money = { total_minor: total, subtotal_minor: total, tax_minor: 0, tip_minor: 0, payment_method: 'card' };
      const items = [1, 2, 3].map(() => ({
        item_id: `i${Math.floor(next() * 80)}`,
        item_name: 'Item',
        quantity: 1,
        price_minor: 900,
      }));
      at(time, { event_type: 'order_placed', event_id: `${id}-p`, ...where, items });
      at(time + next() * 20 * MINUTE_MS, {
        event_type: 'order_completed',
        event_id: `${id}-c`,
        ...where,
        kitchen_time_minutes: 9,
      });
      const paid = time + (20 + next() * 30) * MINUTE_MS;
      at(paid, { event_type: 'payment', event_id: `${id}-m`, ...where, ...money });
      const { table_id: _, ...order_ } = where;
      if (next() < 0.05)
        at(paid + 30_000, { event_type: 'payment_refunded', event_id: `${id}-r`, ...order_, ...money });
      if (next() < 0.05) at(paid + 90_000, { event_type: 'order_voided', event_id: `${id}-v`, ...order_ });
    }
    yield* (waiting.get(minute) ?? []).sort((a, b) => a.time - b.time);
    waiting.delete(minute);
  }
}

const directory = mkdtempSync(join(tmpdir(), 'receipt-speed-'));
const now = () => Date.now();
const tables = await LmdbTables.open({ directory, now });
try {
  const epoch = { epoch: 1, base: START * 1_000, partitions, generation: 1 };
  const fold = new PartitionFold({
    generation: 1,
    shard,
    resumedAt: undefined,
    skewMs: 600_000,
    ordersMax: 1e9,
    periodsMax: 1e9,
    cellsMax: 1e9,
  });
  let seq = 0;
  let previous = '';
  let waiting = [];
  let logTime = START;
  let total = 0;
  const put = (table, row, position) => waiting.push({ table, row, clock: epoch.base + position, expiresAt: Infinity });
  const flush = async (least) => {
    if (waiting.length < least) return;
    const rows = waiting;
    waiting = [];
    await tables.write(rows);
  };
  const settle = async (some) => {
    logTime = Math.max(logTime, Math.ceil(some.at(-1).time) + 50);
    const parts = [{ tenant, accepted: some.length, events: some, duplicates: [], rejections: [] }];
    const batch = { previous, ingest: ++seq, ingest_id: `m${seq}`, log_time: logTime, parts };
    const { id, body } = encodeSettled(batch);
    previous = id;
    total += some.length;
    fold.wantedSources(batch);
    fold.fold({ seq, id, batch });
    fold.commit();
    const page = Buffer.from(body);
    put(EVENT_PAGES, { generation: 1, shard, hour: hourOf(logTime), seq, entry: id, page }, seq);
    if (seq % 500 === 0) {
      fold.takePublished();
      for (const { table, row } of fold.takeChanged('all')) put(table, row, row.applied ?? row.seq);
      await flush(10_000);
    }
  };
  const began = Date.now();
  let some = [];
  for (const event of events()) {
    some.push({ ...event, time: Math.floor(event.time) });
    if (some.length >= entryEvents) {
      await settle(some);
      some = [];
    }
  }
  for (const { table, row } of fold.takeChanged('all')) put(table, row, row.applied ?? row.seq);
  put(
    ...Object.values({
      table: checkpointWrite(epoch, shard, { seq, entry: previous, ingest: seq, ingestId: '', logTime }).table,
      row: checkpointWrite(epoch, shard, { seq, entry: previous, ingest: seq, ingestId: '', logTime }).row,
      position: seq,
    }),
  );
  await flush(0);
  await tables.sync();
  const bytes = tables.stats().bytesUsed;
  console.log(
    `${total} events in ${seq} entries over ${minutes} minutes of one partition of ${partitions} (${rate} events/s in all), ` +
      `${Math.round(bytes / 2 ** 20)} MiB, written in ${((Date.now() - began) / 1000).toFixed(1)} s`,
  );

  const receipts = new Receipts(
    { tables, clock: { now, sleep: (ms) => new Promise((r) => setTimeout(r, ms)) } },
    epoch,
    {
      latenessMs: 5 * MINUTE_MS,
      breathe: () => setImmediate(),
    },
  );
  for (const report of ['revenue', 'funnel', 'wait-times']) {
    const times = [];
    const cpu = [];
    let last;
    for (let i = 0; i < 20; i++) {
      const from = START + (minutes - 8 - (i % 5)) * MINUTE_MS;
      const window =
        report === 'wait-times' ? { from: hourOf(from), to: hourOf(from) + 3_600_000 } : { from, to: from + MINUTE_MS };
      if (report === 'wait-times' && i >= 3) break;
      const begin = performance.now();
      const used = process.cpuUsage();
      last = await receipts.receipt({ tenant, report, window, locationId: busy });
      times.push(performance.now() - begin);
      const { user, system } = process.cpuUsage(used);
      cpu.push((user + system) / 1_000);
      if (!last.equal) throw new Error(JSON.stringify([last.problems.slice(0, 3), last.differences.slice(0, 3)]));
    }
    times.sort((a, b) => a - b);
    cpu.sort((a, b) => a - b);
    const ms = (q) => times[Math.min(times.length - 1, Math.floor(q * times.length))].toFixed(0);
    console.log(
      `${report}: ${last.lines.length} lines, median ${ms(0.5)} ms, slowest ${ms(1)} ms, of which processor ${cpu[Math.floor(cpu.length / 2)].toFixed(0)} ms`,
    );
  }
} finally {
  await tables.close();
  rmSync(directory, { recursive: true, force: true });
}
