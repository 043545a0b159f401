import { describe, expect, test } from '@jest/globals';
import { arrivingBefore } from './arrivals.js';
import { breaking, countBy, deviation, range } from './distribution-check.js';
import { NO_FAULTS, ORDINARY_FAULTS, type Arrival, type Fault, type Faults } from './faults.js';
import { createSource } from './sources.js';

const FROM_MS = Date.parse('2025-10-29T18:00:00.000Z');

function hour(profile: 'chain' | 'ontario', faults: Faults): Arrival[] {
  const source = createSource({
    profile,
    locations: 40,
    dialect: 'mixed',
    eventsPerSecond: 12,
    tempo: 1,
    rhythm: 'steady',
    faults,
    seed: 1,
    fromMs: FROM_MS,
    isWarm: false,
  });
  return [...arrivingBefore(source, FROM_MS + 2 * 3_600_000)];
}

const isWhole = ({ truth }: Arrival) => truth.defect === undefined;

describe.each(['chain', 'ontario'] as const)('the faults of the %s profile', (profile) => {
  const all = hour(profile, ORDINARY_FAULTS);
  const having = (fault: Fault) => all.filter(({ truth }) => truth.faults.includes(fault));
  const first = all.filter(({ truth }) => !truth.faults.includes('duplicate'));

  test('are 2 % duplicates, byte for byte and later', () => {
    const duplicates = having('duplicate');
    expect(deviation(duplicates.length, first.length, 0.02)).toBeLessThan(5);
    const firsts = new Map(first.map((arrival) => [arrival.truth.eventId, arrival]));
    const repeatsFirst = ({ line, arrivesAtMs, truth }: Arrival) =>
      line === firsts.get(truth.eventId)?.line && arrivesAtMs > (firsts.get(truth.eventId)?.arrivesAtMs ?? Infinity);
    expect(breaking(duplicates, repeatsFirst)).toEqual([]);
    expect(firsts.size).toBe(first.length);
  });

  test('are 0.1 % malformed lines, labelled with what is wrong, and none of these events arrives whole', () => {
    const malformed = having('malformed');
    expect(deviation(malformed.length, first.length, 0.001)).toBeLessThan(5);
    const spoilt = new Set(malformed.map(({ truth }) => truth.eventId));
    expect(all.filter(({ truth }) => spoilt.has(truth.eventId))).toHaveLength(malformed.length);
    expect(breaking(all, ({ truth }) => (truth.defect !== undefined) === truth.faults.includes('malformed'))).toEqual(
      [],
    );
  });

  test('make events late, but never by more than five minutes', () => {
    const latenessMs = ({ arrivesAtMs, truth }: Arrival) => arrivesAtMs - truth.eventTimeMs;
    const { least, most } = range(all.map(latenessMs));
    expect(least).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(300_000);
    expect(most).toBeGreaterThan(280_000);
    const late = first.filter(({ truth }) => truth.faults.includes('late')).length;
    expect(late / first.length).toBeGreaterThan(0.028);
    expect(breaking(all, (arrival) => arrival.truth.faults.includes('late') === latenessMs(arrival) >= 2_000)).toEqual(
      [],
    );
  });

  test('bring events of one visit out of order, and say so', () => {
    const disordered = having('out_of_order');
    expect(disordered.length / first.length).toBeGreaterThan(0.003);
    expect(disordered.length / first.length).toBeLessThan(0.1);
    const fields = (line: string) => JSON.parse(line) as { order_id?: string };
    const latestOfOrder = new Map<string, number>();
    const isLabelled = ({ line, truth }: Arrival) => {
      const order = fields(line).order_id ?? '';
      const latestMs = latestOfOrder.get(order) ?? 0;
      latestOfOrder.set(order, Math.max(truth.eventTimeMs, latestMs));
      return order === '' || truth.eventTimeMs > latestMs || truth.faults.includes('out_of_order');
    };
    expect(breaking(first.filter(isWhole), isLabelled)).toEqual([]);
  });

  test('leave everything else whole', () => {
    const saysTheTruth = ({ line, truth }: Arrival) => {
      const event = JSON.parse(line) as Record<string, unknown>;
      return (
        !line.includes('\n') &&
        event['event_id'] === truth.eventId &&
        event['event_type'] === truth.eventType &&
        event['timestamp'] === new Date(truth.eventTimeMs).toISOString()
      );
    };
    expect(breaking(all.filter(isWhole), saysTheTruth)).toEqual([]);
  });

  test('are absent when they are to be', () => {
    const calm = hour(profile, NO_FAULTS);
    expect(calm.flatMap(({ truth }) => truth.faults)).toEqual([]);
    expect(calm.length).toBeGreaterThan(40_000);
  });
});

describe('malformed lines', () => {
  const spoilt = (['chain', 'ontario'] as const).flatMap((profile) =>
    hour(profile, { ...NO_FAULTS, malformedRate: 0.05 }),
  );
  const malformed = spoilt.filter(({ truth }) => truth.defect);
  const parse = (line: string): unknown => {
    try {
      return JSON.parse(line);
    } catch {
      return undefined;
    }
  };

  test('are of every kind', () => {
    const kinds = countBy(malformed, ({ truth }) => truth.defect);
    expect(kinds.size).toBe(7);
    for (const count of kinds.values()) expect(count).toBeGreaterThan(200);
  });

  test('have the defect that they are labelled with, and no line end', () => {
    for (const { line, truth } of malformed) {
      const value = parse(line);
      const fields = (typeof value === 'object' ? value : null) as Record<string, unknown> | null;
      expect(line).not.toMatch(/[\r\n]/);
      expect(line.trim()).not.toBe('');
      expect(value === undefined).toBe(truth.defect === 'not_json');
      if (truth.defect === 'not_an_object') expect(fields).toBeNull();
      if (truth.defect === 'bad_timestamp') expect(Date.parse(String(fields?.['timestamp']))).toBeNaN();
      if (truth.defect === 'unknown_type') expect(fields?.['event_type']).toBe('table_teleported');
      if (truth.defect === 'negative_amount')
        expect(Object.values(fields ?? {}).some((amount) => Number(amount) < 0)).toBe(true);
    }
  });
});
