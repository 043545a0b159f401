import { daypart } from './ontario-menu.js';
import { GIVES_FEEDBACK, ontarioVisit, SERVICE_TYPES, TIMES_MS } from './ontario-visit.js';
import { atTempo, type Happening, type Profile } from './profile.js';
import type { Random, Weighted } from './random.js';
import { localHours } from './rhythm.js';

export const ONTARIO_TIME_ZONE = 'America/Toronto';

/** The twelve restaurants, from `LOC-ON-001` on, the busier cities with more weight. */
export const ONTARIO_LOCATIONS: Weighted<string> = [
  ['Toronto Queen Street West', 18],
  ['Ottawa ByWard Market', 12],
  ['Mississauga Port Credit', 10],
  ['Brampton Downtown', 8],
  ['Hamilton James Street North', 9],
  ['London Richmond Row', 8],
  ['Markham Main Street', 7],
  ['Vaughan Metropolitan Centre', 7],
  ['Kitchener Victoria Park', 6],
  ['Windsor Walkerville', 5],
  ['Kingston Springer Market Square', 5],
  ['Niagara Falls Clifton Hill', 5],
];

const PLACES: Weighted<{ locationId: string; locationName: string }> = ONTARIO_LOCATIONS.map(
  ([locationName, weight], index) =>
    [{ locationId: `LOC-ON-${String(index + 1).padStart(3, '0')}`, locationName }, weight] as const,
);

/** Mean number of lines of an order: its mean pieces less those that share a line. */
const LINES_PER_ORDER = 1.99;

/** The twelve restaurants of Ontario: orders that grow item by item, three ways of service, and feedback. */
export class Ontario implements Profile {
  readonly name = 'ontario';
  readonly eventsPerVisit = 1 + LINES_PER_ORDER + 1 + GIVES_FEEDBACK;
  readonly meanVisitMs: number;
  readonly longestVisitMs: number;
  readonly #tempo: number;
  readonly #localHour = localHours(ONTARIO_TIME_ZONE);

  constructor({ tempo }: { readonly tempo: number }) {
    this.#tempo = tempo;
    const middle = ({ least, most }: { least: number; most: number }) => (least + most) / 2;
    const totalWeight = SERVICE_TYPES.reduce((sum, [, weight]) => sum + weight, 0);
    const meanToPay = SERVICE_TYPES.reduce(
      (sum, [service, weight]) => sum + (middle(TIMES_MS.toPay[service]) * weight) / totalWeight,
      0,
    );
    this.meanVisitMs = atTempo(
      middle(TIMES_MS.toFirstItem) +
        (LINES_PER_ORDER - 1) * middle(TIMES_MS.toNextItem) +
        meanToPay +
        GIVES_FEEDBACK * middle(TIMES_MS.toFeedback),
      tempo,
    );
    const { toFirstItem, toNextItem, toPay, toFeedback } = TIMES_MS;
    this.longestVisitMs =
      atTempo(toFirstItem.most + 3 * toNextItem.most + toPay.dine_in.most + toFeedback.most, tempo) + 6;
  }

  visit(startMs: number, random: Random): readonly Happening[] {
    const { locationId, locationName } = random.pickWeighted(PLACES);
    const part = daypart(this.#localHour(startMs));
    return ontarioVisit({ startMs, locationId, locationName, part, tempo: this.#tempo }, random);
  }
}
