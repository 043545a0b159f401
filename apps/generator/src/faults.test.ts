import { describe, expect, test } from '@jest/globals';
import { arrivingBefore } from './arrivals.js';
import { countBy, deviation } from './distribution-check.js';
import { NO_FAULTS, ORDINARY_FAULTS, type Arrival, type Fault, type Faults } from './faults.js';
import { createSource } from './sources.js';

const FROM_MS = Date.parse('2025-10-29T18:00:00.000Z');

function hour(profile: 'chain' | 'ontario', faults: Faults): Arrival[] {
  const source = createSource({
    profile,
    locations: 40,
    dialect: 'mixed',
    eventsPerSecond: 20,
    tempo: 1,
    rhythm: 'steady',
    faults,
    seed: 1,
    fromMs: FROM_MS,
    isWarm: false,
  });
  return [...arrivingBefore(source, FROM_MS + 2 * 3_600_000)];
}

describe.each(['chain', 'ontario'] as const)('the faults of the %s profile', (profile) => {
  const all = hour(profile, ORDINARY_FAULTS);
  const having = (fault: Fault) => all.filter(({ truth }) => truth.faults.includes(fault));
  const first = all.filter(({ truth }) => !truth.faults.includes('duplicate'));

  test('are 2 % duplicates, byte for byte and later', () => {
    const duplicates = having('duplicate');
    expect(deviation(duplicates.length, first.length, 0.02)).toBeLessThan(5);
    const firsts = new Map(first.map((arrival) => [arrival.truth.eventId, arrival]));
    for (const { line, arrivesAtMs, truth } of duplicates) {
      const original = firsts.get(truth.eventId);
      expect(line).toBe(original?.line);
      expect(arrivesAtMs).toBeGreaterThan(original?.arrivesAtMs ?? Infinity);
    }
    expect(firsts.size).toBe(first.length);
  });

  test('are 0.1 % malformed lines, labelled with what is wrong, and none of these events arrives whole', () => {
    const malformed = having('malformed');
    expect(deviation(malformed.length, first.length, 0.001)).toBeLessThan(5);
    const spoilt = new Set(malformed.map(({ truth }) => truth.eventId));
    expect(all.filter(({ truth }) => spoilt.has(truth.eventId))).toHaveLength(malformed.length);
    for (const { truth } of all) expect(truth.defect !== undefined).toBe(truth.faults.includes('malformed'));
  });

  test('make events late, but never by more than five minutes', () => {
    const lateness = all.map(({ arrivesAtMs, truth }) => arrivesAtMs - truth.eventTimeMs);
    expect(Math.min(...lateness)).toBeGreaterThan(0);
    expect(Math.max(...lateness)).toBeLessThanOrEqual(300_000);
    expect(Math.max(...lateness)).toBeGreaterThan(280_000);
    const late = first.filter(({ truth }) => truth.faults.includes('late')).length;
    expect(late / first.length).toBeGreaterThan(0.028);
    for (const { arrivesAtMs, truth } of all) {
      expect(truth.faults.includes('late')).toBe(arrivesAtMs - truth.eventTimeMs >= 2_000);
    }
  });

  test('bring events of one visit out of order, and say so', () => {
    const disordered = having('out_of_order');
    expect(disordered.length / first.length).toBeGreaterThan(0.003);
    expect(disordered.length / first.length).toBeLessThan(0.1);
    const fields = (line: string) => JSON.parse(line) as { order_id?: string };
    const latestOfOrder = new Map<string, number>();
    for (const { line, truth } of first.filter(({ truth: { faults } }) => !faults.includes('malformed'))) {
      const order = fields(line).order_id;
      if (order === undefined) continue;
      const isOvertaken = truth.eventTimeMs < (latestOfOrder.get(order) ?? 0);
      if (isOvertaken) expect(truth.faults).toContain('out_of_order');
      latestOfOrder.set(order, Math.max(truth.eventTimeMs, latestOfOrder.get(order) ?? 0));
    }
  });

  test('leave everything else whole', () => {
    for (const { line, truth } of all.filter(({ truth: { faults } }) => !faults.includes('malformed'))) {
      expect(line).not.toContain('\n');
      expect(JSON.parse(line)).toMatchObject({
        event_id: truth.eventId,
        event_type: truth.eventType,
        timestamp: new Date(truth.eventTimeMs).toISOString(),
      });
    }
  });

  test('are absent when they are to be', () => {
    const calm = hour(profile, NO_FAULTS);
    expect(calm.flatMap(({ truth }) => truth.faults)).toEqual([]);
    expect(calm.length).toBeGreaterThan(50_000);
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
    for (const count of kinds.values()) expect(count).toBeGreaterThan(300);
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
