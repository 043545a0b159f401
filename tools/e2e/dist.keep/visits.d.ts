/**
 * One visit at a table as the till would tell it: a party sits down, orders (sometimes more than once, sometimes nothing), the
 * kitchen serves, somebody pays (sometimes two of them, sometimes nobody).
 */
import type { Fields, SeedType } from './malformed-kinds.js';
import type { Random } from './random.js';
export interface MadeEvent {
    readonly type: SeedType;
    /** Epoch milliseconds, as its `timestamp` says. */
    readonly time: number;
    readonly fields: Fields;
}
export interface Place {
    /** The fields that say where: `location_*` or `restaurant_*`. */
    readonly fields: Fields;
    /** Ids which are unique only within the place, as a till without a network would number them. */
    readonly countsItsOwn: boolean;
    /** How many ids it has given out. */
    given: number;
    /** When each of its tables is free again. */
    readonly freeAt: number[];
}
export declare function makeVisit(random: Random, place: Place, table: number, seatedAt: number, serial: string): MadeEvent[];
//# sourceMappingURL=visits.d.ts.map