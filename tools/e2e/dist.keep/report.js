/** What every answer of the product has in common, and how one is held against another. */
import { expect } from '@jest/globals';
import { centsOf } from './read-lines.js';
const minute = 60_000;
/** The spans that are asked for, in minutes. */
export const spans = { '5m': 5, '30m': 30, '1h': 60, '2h': 120 };
/** An amount of an answer in cents; what is not exact to the cent becomes a text that says so, and equals nothing. */
export const cents = (amount) => {
    const exact = typeof amount === 'number' ? centsOf(amount) : undefined;
    return exact ?? `${String(amount)} is not an amount in cents`;
};
/** As many differences as a person needs to see; thousands of lines help nobody. */
export function expectSame(what, actual, expected) {
    const sorted = (rows) => rows.map((row) => JSON.stringify(row)).sort();
    const [left, right] = [sorted(actual), sorted(expected)];
    const [inLeft, inRight] = [new Set(left), new Set(right)];
    const onlyAnswered = left.filter((row) => !inRight.has(row)).slice(0, 5);
    const onlyRecounted = right.filter((row) => !inLeft.has(row)).slice(0, 5);
    expect({ what, rows: left.length, onlyAnswered, onlyRecounted }).toEqual({
        what,
        rows: right.length,
        onlyAnswered: [],
        onlyRecounted: [],
    });
}
/** The window the answer says it is about, which has to be the one that was asked for. */
export function windowOf(report, span, at) {
    const window = { from: Date.parse(report.window.from), to: Date.parse(report.window.to) };
    if (span !== undefined && at !== undefined) {
        const to = Math.floor(at / minute) * minute + minute;
        expect(window).toEqual({ from: to - spans[span] * minute, to });
    }
    expect(Date.parse(report.as_of.log_time)).toBeGreaterThan(0);
    expect(Object.keys(report.as_of.positions).length).toBeGreaterThan(0);
    expect(['provisional', 'settled']).toContain(report.completeness.state);
    return window;
}
export function expectDescending(rows, figure) {
    for (let index = 1; index < rows.length; index++) {
        expect(figure(rows[index - 1])).toBeGreaterThanOrEqual(figure(rows[index]));
    }
}
/** A rate may be rounded to four digits; it is null where its base is 0. */
export function expectRate(actual, expected) {
    if (expected === null)
        expect(actual).toBeNull();
    else
        expect(Math.abs(actual - expected)).toBeLessThanOrEqual(0.0001);
}
//# sourceMappingURL=report.js.map