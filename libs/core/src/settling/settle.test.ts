import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { IngestBatch, SettledPart } from '../batches.js';
import { Choices } from '../folds/random.fixture.js';
import { HOUR_MS, MINUTE_MS } from '../time.js';
import { DedupeWindow } from './dedupe-window.js';
import { Enricher, FirstSeenTable, type LogEntry, type WindowOptions } from './enricher.fixture.js';
import { IdentityTable } from './identity-table.js';
import { normaliseBatch, settle } from './settle.js';

const BOUNDS = { horizonMs: 48 * HOUR_MS, skewMs: 2 * MINUTE_MS };
const START = Date.UTC(2025, 0, 15, 12);

interface Sent {
  readonly tenant: string;
  readonly location_id: string;
  readonly event_id: string;
  readonly time: number;
}

const rawOf = ({ location_id, event_id, time }: Sent): unknown => ({
  event_type: 'table_seated',
  event_id,
  timestamp: time,
  location_id,
  table_id: 't1',
});

function batchOf(sent: readonly Sent[]): IngestBatch {
  const tenants = [...new Set(sent.map(({ tenant }) => tenant))];
  const parts = tenants.map((tenant) => ({
    tenant,
    received_at: 0,
    events: sent.filter((one) => one.tenant === tenant).map(rawOf),
  }));
  return { collector: 'c', boot: 'b', n: 1, parts };
}

/** Everything that was ever sent, each with the position at which it was settled first. */
class Oracle {
  private readonly first = new Map<string, number>();

  /** What must be said of each event of a message, in order: applied, duplicate of a position, or refused. */
  judge(batch: IngestBatch, sent: readonly Sent[], seq: number, logTime: number): string[] {
    const inParts = batch.parts.flatMap(({ tenant }) => sent.filter((one) => one.tenant === tenant));
    return inParts.map(({ tenant, location_id, event_id, time }) => {
      if (time > logTime + BOUNDS.skewMs) return 'time_in_future';
      if (time < logTime - BOUNDS.horizonMs) return 'time_before_horizon';
      const id = JSON.stringify([tenant, location_id, event_id]);
      const known = this.first.get(id);
      if (known === undefined) this.first.set(id, seq);
      return known === undefined ? `applied ${event_id}` : `${event_id} of ${known === seq ? 0 : known}`;
    });
  }
}

/** The same words for what was settled, sorted, since a part lists its outcomes by kind. */
function wordsOf(parts: readonly SettledPart[]): string[] {
  return parts
    .flatMap(({ events, duplicates, rejections }) => [
      ...events.map(({ event_id }) => `applied ${event_id}`),
      ...duplicates.map(({ event_id, first }) => `${event_id} of ${first}`),
      ...rejections.map(({ reason }) => reason),
    ])
    .sort();
}

function simulate(choices: Choices, options: WindowOptions): { loaded: number; duplicates: number; applied: number } {
  const log: LogEntry[] = [];
  const table = new FirstSeenTable();
  const oracle = new Oracle();
  const known: Sent[] = [];
  let enricher = new Enricher(log, table, BOUNDS, options, 0, choices);
  let loaded = 0;
  let duplicates = 0;
  let applied = 0;
  let seq = 0;
  let logTime = START;
  for (let message = 0; message < 60; message++) {
    seq += choices.pick([1, 1, 3]);
    logTime += choices.pick([0, 0, 1, 20_000, MINUTE_MS, 5 * MINUTE_MS, HOUR_MS, 5 * HOUR_MS]);
    const sent = Array.from({ length: choices.below(7) }, () => send(choices, known, logTime));
    const batch = batchOf(sent);
    const expected = oracle.judge(batch, sent, seq, logTime).sort();
    const entry = enricher.settle(batch, seq, logTime);
    expect(wordsOf(entry.parts)).toEqual(expected);
    for (const part of entry.parts) {
      expect(part.accepted).toBe(part.events.length + part.duplicates.length + part.rejections.length);
      duplicates += part.duplicates.length;
      applied += part.events.length;
    }
    if (choices.chance(0.4)) table.advance(log, choices);
    if (choices.chance(0.15)) {
      loaded += enricher.minutesLoaded;
      const upTo = [0, ...log.map((one) => one.seq).filter((at) => at <= table.checkpoint)];
      enricher = new Enricher(log, table, BOUNDS, options, choices.chance(0.3) ? 0 : choices.pick(upTo), choices);
    }
  }
  return { loaded: loaded + enricher.minutesLoaded, duplicates, applied };
}

/** A new event or one sent before, as it was: its time anywhere within the bounds, at them, or just outside. */
function send(choices: Choices, known: Sent[], logTime: number): Sent {
  if (known.length > 0 && choices.chance(0.5)) return choices.pick(known);
  const { horizonMs, skewMs } = BOUNDS;
  const age = choices.pick([0, 1, MINUTE_MS, HOUR_MS, 5 * HOUR_MS, horizonMs, horizonMs + 1, -skewMs, -skewMs - 1, -1]);
  const time = logTime - age;
  const sent = {
    tenant: choices.pick(['a', 'b']),
    location_id: choices.pick(['x', 'y']),
    event_id: `e${known.length}`,
    time,
  };
  known.push(sent);
  // The same id at another place is another event.
  if (choices.chance(0.1)) known.push({ ...sent, location_id: 'z' });
  return sent;
}

describe('settling', () => {
  test.each([
    [
      'a window shorter than most delays',
      { windowMs: 30 * MINUTE_MS, identitiesMax: 1_000_000, oldMarksBytesMax: 100_000 },
    ],
    ['a window that holds few identities', { windowMs: 1_000 * HOUR_MS, identitiesMax: 6, oldMarksBytesMax: 20_000 }],
    ['a window that holds next to nothing', { windowMs: 3, identitiesMax: 1, oldMarksBytesMax: 1 }],
    [
      'a window that holds everything',
      { windowMs: 1_000 * HOUR_MS, identitiesMax: 1_000_000, oldMarksBytesMax: 100_000 },
    ],
  ])('counts every event exactly once with %s, however late its copies and whoever takes over', (_, options) => {
    const sum = { loaded: 0, duplicates: 0, applied: 0 };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const { loaded, duplicates, applied } = simulate(new Choices(seed), options);
        sum.loaded += loaded;
        sum.duplicates += duplicates;
        sum.applied += applied;
      }),
      { numRuns: 60 },
    );
    expect(sum.duplicates).toBeGreaterThan(500);
    expect(sum.applied).toBeGreaterThan(500);
    if (options.windowMs < HOUR_MS || options.identitiesMax < 10) expect(sum.loaded).toBeGreaterThan(100);
  });

  test('takes times at both bounds, and refuses them a millisecond beyond, with what was sent', () => {
    const at = (time: number): Sent => ({ tenant: 'a', location_id: 'x', event_id: String(time), time });
    const sent = [
      at(START - BOUNDS.horizonMs - 1),
      at(START - BOUNDS.horizonMs),
      at(START + BOUNDS.skewMs),
      at(START + BOUNDS.skewMs + 1),
    ];
    const window = new DedupeWindow(0, Number.NEGATIVE_INFINITY, HOUR_MS, 100);
    const [part] = settle(
      normaliseBatch(batchOf(sent), START, BOUNDS),
      window,
      new IdentityTable(),
      BOUNDS.skewMs,
      (_, event) => event,
    );
    expect(part!.events.map(({ time }) => time)).toEqual([sent[1]!.time, sent[2]!.time]);
    expect(part!.rejections.map(({ reason, payload }) => [reason, payload])).toEqual([
      ['time_before_horizon', rawOf(sent[0]!)],
      ['time_in_future', rawOf(sent[3]!)],
    ]);
    expect(part!.rejections[0]!.message).toContain('2025-01-13T11:59:59.999Z');
  });
});
