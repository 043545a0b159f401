import type { ChainDialect } from './chain-events.js';
import { chainLocation, type ChainLocation } from './chain-locations.js';
import {
  chainVisit,
  FASTEST_KITCHEN_PERCENT,
  IS_SERVED,
  ORDERS,
  PAYS,
  SLOWEST_KITCHEN_PERCENT,
  TIMES_MS,
} from './chain-visit.js';
import { atTempo, MINUTE_MS, type Happening, type Profile } from './profile.js';
import { Random } from './random.js';

export interface ChainOptions {
  /** How many locations there are. */
  readonly locations: number;
  /** What the tills speak; in a mix, every second location speaks the other dialect. */
  readonly dialect: ChainDialect | 'mixed';
  /** How many times faster than life a visit goes. A high rate of events needs it: tables are real, guests at them too. */
  readonly tempo: number;
}

const TABLES_AT_FIRST = 24;
const SERVERS_PER_LOCATION = 8;
const CLEARING = { least: 1 * MINUTE_MS, most: 5 * MINUTE_MS };

/** Locations differ: some are busier, some have slower kitchens. */
interface Place {
  readonly location: ChainLocation;
  readonly dialect: ChainDialect;
  /** 0.4 to 1: the chance that a party which comes by stays. */
  readonly pull: number;
  readonly kitchenPercent: number;
  /** When each table is free again, epoch milliseconds; tables are numbered from 1. */
  readonly tablesFreeAtMs: number[];
}

/** The restaurant chain: the four events of a visit at any number of locations. */
export class Chain implements Profile {
  readonly name = 'chain';
  readonly eventsPerVisit = 1 + ORDERS * (1 + IS_SERVED * (1 + PAYS));
  readonly meanVisitMs: number;
  readonly longestVisitMs: number;
  readonly #tempo: number;
  readonly #places: readonly Place[];

  constructor({ locations, dialect, tempo }: ChainOptions) {
    if (!Number.isSafeInteger(locations) || locations < 1) throw new Error('A chain has at least one location.');
    this.#tempo = tempo;
    this.#places = Array.from({ length: locations }, (_, index) => place(index + 1, dialect));
    const { toOrder, kitchen, toTable, toPay } = TIMES_MS;
    const meanMs =
      (toOrder.least + toOrder.most + kitchen.least + kitchen.most + toPay.least + toPay.most + toTable.most) / 2;
    this.meanVisitMs = atTempo(meanMs, tempo);
    const longestKitchenMs = (kitchen.most * SLOWEST_KITCHEN_PERCENT) / 100;
    this.longestVisitMs = atTempo(toOrder.most + longestKitchenMs + toTable.most + toPay.most, tempo) + 3;
  }

  visit(startMs: number, random: Random): readonly Happening[] {
    const { location, dialect, kitchenPercent, tablesFreeAtMs } = this.#choosePlace(random);
    const table = freeTable(tablesFreeAtMs, startMs, random);
    const server = (location.number - 1) * SERVERS_PER_LOCATION + random.integer(1, SERVERS_PER_LOCATION);
    const happenings = chainVisit(
      {
        startMs,
        location,
        dialect,
        tableId: `table_${table + 1}`,
        serverId: `server_${100 + server}`,
        kitchenPercent,
        tempo: this.#tempo,
      },
      random,
    );
    const leavesAtMs = happenings.at(-1)?.atMs ?? startMs;
    tablesFreeAtMs[table] = leavesAtMs + atTempo(random.integer(CLEARING.least, CLEARING.most), this.#tempo);
    return happenings;
  }

  #choosePlace(random: Random): Place {
    for (;;) {
      const chosen = random.pick(this.#places);
      if (random.chance(chosen.pull)) return chosen;
    }
  }
}

function place(number: number, dialect: ChainOptions['dialect']): Place {
  // A fixed seed: a location is the same busy place with the same slow kitchen in every run.
  const random = new Random(number).fork('place');
  const own = number % 2 === 0 ? 'restaurants' : 'locations';
  return {
    location: chainLocation(number),
    dialect: dialect === 'mixed' ? own : dialect,
    pull: random.integer(40, 100) / 100,
    kitchenPercent: random.integer(FASTEST_KITCHEN_PERCENT, SLOWEST_KITCHEN_PERCENT),
    tablesFreeAtMs: Array.from({ length: TABLES_AT_FIRST }, () => -Infinity),
  };
}

/** The first free table from a random one on; where all are taken, the room grows by one. */
function freeTable(tablesFreeAtMs: readonly number[], atMs: number, random: Random): number {
  const tables = tablesFreeAtMs.length;
  const first = random.integer(0, tables - 1);
  for (let step = 0; step < tables; step++) {
    const table = (first + step) % tables;
    if ((tablesFreeAtMs[table] ?? Infinity) <= atMs) return table;
  }
  return tables;
}
