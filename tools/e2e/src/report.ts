/** What every answer of the product has in common, and how one is held against another. */
import { expect } from '@jest/globals';
import { centsOf } from './read-lines.js';
import type { Window } from './recount.js';

export interface Report<Row> {
  readonly window: { readonly from: string; readonly to: string };
  readonly as_of: { readonly log_time: string; readonly positions: Record<string, number> };
  readonly completeness: { readonly state: string };
  readonly rows: readonly Row[];
  readonly totals: Record<string, number | null>;
}
export type Cell = string | number | null;
export type Row = Readonly<Record<string, Cell>>;

const minute = 60_000;
/** The spans that are asked for, in minutes. */
export const spans: Readonly<Record<string, number>> = { '5m': 5, '30m': 30, '1h': 60, '2h': 120 };

/** An amount of an answer in cents; what is not exact to the cent becomes a text that says so, and equals nothing. */
export const cents = (amount: Cell | undefined): number | string => {
  const exact = typeof amount === 'number' ? centsOf(amount) : undefined;
  return exact ?? `${String(amount)} is not an amount in cents`;
};

/** As many differences as a person needs to see; thousands of lines help nobody. */
export function expectSame(what: string, actual: readonly object[], expected: readonly object[]): void {
  const sorted = (rows: readonly object[]): string[] => rows.map((row) => JSON.stringify(row)).sort();
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
export function windowOf(report: Report<Row>, span?: string, at?: number): Window {
  const window = { from: Date.parse(report.window.from), to: Date.parse(report.window.to) };
  if (span !== undefined && at !== undefined) {
    const to = Math.floor(at / minute) * minute + minute;
    expect(window).toEqual({ from: to - (spans[span] as number) * minute, to });
  }
  expect(Date.parse(report.as_of.log_time)).toBeGreaterThan(0);
  expect(Object.keys(report.as_of.positions).length).toBeGreaterThan(0);
  expect(['provisional', 'settled']).toContain(report.completeness.state);
  return window;
}

export function expectDescending(rows: readonly Row[], figure: (row: Row) => number): void {
  for (let index = 1; index < rows.length; index++) {
    expect(figure(rows[index - 1] as Row)).toBeGreaterThanOrEqual(figure(rows[index] as Row));
  }
}

/** A rate may be rounded to four digits; it is null where its base is 0. */
export function expectRate(actual: Cell | undefined, expected: number | null): void {
  if (expected === null) expect(actual).toBeNull();
  else expect(Math.abs((actual as number) - expected)).toBeLessThanOrEqual(0.0001);
}
