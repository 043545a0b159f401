/**
 * Makes a file as a bad afternoon would leave it: two dialects, some 300 places, two hours, and 2 % copies, events up to five
 * minutes late and out of order, and one line in a thousand that no program should count. The same options give the same lines.
 */
import { malformedKinds, toLine } from './malformed-kinds.js';
import { Random } from './random.js';
import { makeVisit } from './visits.js';
const minute = 60_000;
const span = 120 * minute;
export function makeMixedFile(options) {
    return makeLabelledFile(options).map((line) => line.text);
}
export function makeLabelledFile(options) {
    const { endsAt, lines = 100_000, places = 300, seed = 1 } = options;
    const random = new Random(seed);
    const malformed = Math.max(1, Math.round(lines * 0.001));
    const copies = Math.round(lines * 0.02);
    const events = makeEvents(random, makePlaces(places), endsAt, lines - malformed - copies);
    const arrivals = [];
    const arrives = (at, label, text) => {
        arrivals.push({ at, line: { label, text } });
    };
    for (const event of events)
        arrives(event.time + delay(random), 'event', toLine(event.fields));
    for (let made = 0; made < copies; made++) {
        // A copy follows at once (a till that stutters) or a good while later (a queue that was sent again), often in another batch.
        const original = arrivals[random.between(0, events.length - 1)];
        if (original === undefined)
            break;
        arrives(original.at + (random.chance(0.5) ? 0 : random.between(1, 10 * minute)), 'copy', original.line.text);
    }
    const kinds = Object.values(malformedKinds).flat();
    for (let made = 0; made < malformed; made++) {
        const kind = kinds[made % kinds.length];
        const event = random.pick(events.filter((candidate) => candidate.type === kind.type));
        // Most have an id of their own; some are a good event sent again in a bad state, which must not harm the good one.
        const ownId = { ...event.fields, event_id: JSON.stringify(`evt_bad_${made}`) };
        arrives(event.time + delay(random), 'malformed', kind.spoil(random.chance(0.3) ? event.fields : ownId));
    }
    return arrivals.sort((left, right) => left.at - right.at).map((arrival) => arrival.line);
}
/** How long an event is on its way: mostly a moment, at most five minutes. Enough to come after what happened later. */
function delay(random) {
    if (random.chance(0.9))
        return random.between(0, 3_000);
    return random.chance(0.9) ? random.between(3_000, minute) : random.between(minute, 5 * minute);
}
function makePlaces(count) {
    return Array.from({ length: count }, (_, number) => {
        const digits = String(number).padStart(5, '0');
        const name = JSON.stringify(`Place ${digits}${number % 10 === 0 ? ' – Montréal "Vieux-Port"' : ''}`);
        const fields = number % 2 === 0
            ? { location_id: `"loc_${digits}"`, location_name: name }
            : { restaurant_id: `"rest_${digits}"`, restaurant_name: name };
        return { fields, countsItsOwn: number % 25 === 0, given: 0, freeAt: [] };
    });
}
function makeEvents(random, places, endsAt, wanted) {
    const startsAt = endsAt - span;
    const events = [];
    for (let visit = 0; events.length < wanted; visit++) {
        // Some places are busier than others.
        const place = places[Math.floor(random.fraction() ** 1.5 * places.length)];
        let table = place.freeAt.findIndex((freeAt) => freeAt < endsAt - 5 * minute);
        if (table < 0)
            table = place.freeAt.push(startsAt + random.between(0, 60 * minute)) - 1;
        const made = makeVisit(random, place, table, place.freeAt[table], `${visit}`);
        // What happens after the end of the file is not in it: orders that are still open, tables that have just been seated.
        for (const event of made)
            if (event.time <= endsAt && events.length < wanted)
                events.push(event);
    }
    return events;
}
//# sourceMappingURL=make-mixed-file.js.map