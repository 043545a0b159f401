import { expect, test } from '@jest/globals';
import { makeLabelledFile, makeMixedFile } from './make-mixed-file.js';
import { malformedKinds, toLine } from './malformed-kinds.js';
import { readLines } from './read-lines.js';
import { Random } from './random.js';
import { makeVisit } from './visits.js';
const endsAt = Date.parse('2026-03-14T20:30:15.000Z');
const labelled = makeLabelledFile({ endsAt, lines: 20_000 });
const lines = labelled.map((line) => line.text);
test('the same options make the same file, and another seed another one', () => {
    expect(makeMixedFile({ endsAt, lines: 20_000 })).toEqual(lines);
    expect(makeMixedFile({ endsAt, lines: 20_000, seed: 2 })).not.toEqual(lines);
});
test('maker and recount agree, by rules of their own, on which lines are events, copies and neither', () => {
    const count = (label) => labelled.filter((line) => line.label === label).length;
    const read = readLines(lines, endsAt);
    expect(lines).toHaveLength(20_000);
    expect(read.events).toHaveLength(count('event'));
    expect(read.duplicates).toBe(count('copy'));
    expect([...read.rejected].sort()).toEqual(labelled
        .filter(({ label }) => label === 'malformed')
        .map(({ text }) => text)
        .sort());
    expect(count('copy')).toBe(400);
    expect(count('malformed')).toBe(20);
});
test('the recount refuses every malformed kind, and takes the same event unspoilt', () => {
    const place = {
        fields: { location_id: '"loc_1"', location_name: '"One"' },
        countsItsOwn: false,
        given: 0,
        freeAt: [],
    };
    const random = new Random(7);
    const events = Array.from({ length: 5 }, (_, serial) => makeVisit(random, place, 1, endsAt - 3_600_000, `${serial}`)).flat();
    for (const kind of Object.values(malformedKinds).flat()) {
        const good = events.find((event) => event.type === kind.type);
        if (good === undefined)
            throw new Error(`no ${kind.type} to spoil`);
        expect([kind.name, readLines([kind.spoil(good.fields)], endsAt).events.length]).toEqual([kind.name, 0]);
        expect(readLines([toLine(good.fields)], endsAt).events).toHaveLength(1);
    }
});
test('the file is as bad as promised: two dialects, late and out of order, split payments, an item twice, ids that repeat elsewhere', () => {
    const { events } = readLines(lines, endsAt);
    const newestBefore = events.map((event, index) => (index === 0 ? event.time : 0));
    for (let index = 1; index < events.length; index++) {
        newestBefore[index] = Math.max(newestBefore[index - 1], events[index].time);
    }
    const lateness = events.map((event, index) => newestBefore[index] - event.time);
    expect(Math.max(...lateness)).toBeGreaterThan(4 * 60_000);
    expect(Math.max(...lateness)).toBeLessThanOrEqual(5 * 60_000 + 3_000);
    expect(lateness.filter((late) => late > 0).length).toBeGreaterThan(events.length / 4);
    expect(Math.max(...events.map((event) => event.time))).toBeLessThanOrEqual(endsAt);
    expect(new Set(events.map((event) => event.place.slice(0, 4)))).toEqual(new Set(['loc_', 'rest']));
    const payments = events.filter((event) => event.type === 'payment');
    expect(new Set(payments.map((event) => event.order)).size).toBeLessThan(payments.length);
    expect(events.some(({ items }) => new Set(items.map(({ id }) => id)).size < items.length)).toBe(true);
    expect(new Set(events.map(({ id }) => id)).size).toBeLessThan(events.length);
});
//# sourceMappingURL=make-mixed-file.test.js.map