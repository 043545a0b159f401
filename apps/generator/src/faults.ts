import { spoil, type Defect } from './defects.js';
import type { Happening } from './profile.js';
import type { Random } from './random.js';

/** What goes wrong between the till and the server, as shares of the events. */
export interface Faults {
  /** Events that are sent again, later, byte for byte. */
  readonly duplicateRate: number;
  /** Events that are held up for seconds to minutes. */
  readonly lateRate: number;
  /** No copy of an event arrives later than this after it happened. */
  readonly latenessMaxMs: number;
  /**
   * Events that are held back until just after the next of their visit, of those where this is possible within the lateness
   * bound. Late events come out of order too.
   */
  readonly disorderRate: number;
  /** Events whose line arrives broken, and only so. */
  readonly malformedRate: number;
}

export const NO_FAULTS: Faults = {
  duplicateRate: 0,
  lateRate: 0,
  latenessMaxMs: 300_000,
  disorderRate: 0,
  malformedRate: 0,
};

/** What a chain sees on an ordinary day. */
export const ORDINARY_FAULTS: Faults = {
  duplicateRate: 0.02,
  lateRate: 0.03,
  latenessMaxMs: 300_000,
  disorderRate: 0.1,
  malformedRate: 0.001,
};

export type Fault = 'duplicate' | 'late' | 'out_of_order' | 'malformed';

/** An arrival is called late from here on; a sound network is faster. */
export const LATE_FROM_MS = 2_000;
const TRANSPORT_MS = { least: 20, most: 900 };
const HELD_BACK_MS = { least: 10, most: 900 };
const DUPLICATE_AFTER_MS = { least: 50, most: 120_000 };
/** What the longest delay leaves for the copies that follow. */
const ROOM_MS = 3_000;

/** What is true of a line and does not stand in it: kept beside the stream so that a test can know what should be counted. */
export interface Truth {
  readonly profile: string;
  readonly eventId: string;
  readonly eventType: string;
  /** When it happened, epoch milliseconds. */
  readonly eventTimeMs: number;
  readonly faults: readonly Fault[];
  /** What is wrong with a malformed line. */
  readonly defect?: Defect;
}

/** A line that reaches the server. */
export interface Arrival {
  /** Epoch milliseconds. */
  readonly arrivesAtMs: number;
  /** One event as JSON, without a line end; malformed ones can be anything without a line end. */
  readonly line: string;
  readonly truth: Truth;
}

/** Sends the events of a visit on their way. */
export function deliver(profile: string, happenings: readonly Happening[], faults: Faults, random: Random): Arrival[] {
  const arrivesAtMs = delays(happenings, faults, random);
  const arrivals: Arrival[] = [];
  for (const [index, { atMs, event }] of happenings.entries()) {
    const firstMs = arrivesAtMs[index] ?? atMs;
    const overtaken = arrivesAtMs.slice(index + 1).some((later) => later < firstMs);
    const labels: Fault[] = [...late(atMs, firstMs), ...(overtaken ? ['out_of_order' as const] : [])];
    const facts = { profile, eventId: event.event_id, eventType: event.event_type, eventTimeMs: atMs };
    const isMalformed = random.chance(faults.malformedRate);
    const isDuplicated = random.chance(faults.duplicateRate);
    if (isMalformed) {
      const { line, defect } = spoil(event, random);
      arrivals.push({ arrivesAtMs: firstMs, line, truth: { ...facts, faults: [...labels, 'malformed'], defect } });
      continue;
    }
    const line = JSON.stringify(event);
    arrivals.push({ arrivesAtMs: firstMs, line, truth: { ...facts, faults: labels } });
    if (isDuplicated) {
      const roomMs = atMs + faults.latenessMaxMs - firstMs;
      const most = Math.max(DUPLICATE_AFTER_MS.least, Math.min(roomMs, DUPLICATE_AFTER_MS.most));
      const againMs = firstMs + random.integer(DUPLICATE_AFTER_MS.least, most);
      arrivals.push({ arrivesAtMs: againMs, line, truth: { ...facts, faults: ['duplicate', ...late(atMs, againMs)] } });
    }
  }
  return arrivals;
}

function late(atMs: number, arrivesAtMs: number): Fault[] {
  return arrivesAtMs - atMs >= LATE_FROM_MS ? ['late'] : [];
}

/** When the first copy of each event arrives. */
function delays(happenings: readonly Happening[], faults: Faults, random: Random): number[] {
  const mostMs = faults.latenessMaxMs - ROOM_MS;
  let lastPromptMs = 0;
  const arrivesAtMs = happenings.map(({ atMs }) => {
    const isLate = random.chance(faults.lateRate) && mostMs > LATE_FROM_MS;
    if (isLate) return atMs + random.integer(LATE_FROM_MS, mostMs);
    // A till sends one after the other: what is not held up does not overtake, however close two events are.
    lastPromptMs = Math.max(atMs + random.integer(TRANSPORT_MS.least, TRANSPORT_MS.most), lastPromptMs + 1);
    return lastPromptMs;
  });
  for (let index = happenings.length - 2; index >= 0; index--) {
    const nextMs = arrivesAtMs[index + 1] ?? Infinity;
    const ownMs = happenings[index]?.atMs ?? 0;
    const isHeldBack = random.chance(faults.disorderRate);
    if (isHeldBack && nextMs + HELD_BACK_MS.most - ownMs <= mostMs) {
      arrivesAtMs[index] = Math.max(
        arrivesAtMs[index] ?? 0,
        nextMs + random.integer(HELD_BACK_MS.least, HELD_BACK_MS.most),
      );
    }
  }
  return arrivesAtMs;
}
