import type { Window } from './recount.js';
export interface Report<Row> {
    readonly window: {
        readonly from: string;
        readonly to: string;
    };
    readonly as_of: {
        readonly log_time: string;
        readonly positions: Record<string, number>;
    };
    readonly completeness: {
        readonly state: string;
    };
    readonly rows: readonly Row[];
    readonly totals: Record<string, number | null>;
}
export type Cell = string | number | null;
export type Row = Readonly<Record<string, Cell>>;
/** The spans that are asked for, in minutes. */
export declare const spans: Readonly<Record<string, number>>;
/** An amount of an answer in cents; what is not exact to the cent becomes a text that says so, and equals nothing. */
export declare const cents: (amount: Cell | undefined) => number | string;
/** As many differences as a person needs to see; thousands of lines help nobody. */
export declare function expectSame(what: string, actual: readonly object[], expected: readonly object[]): void;
/** The window the answer says it is about, which has to be the one that was asked for. */
export declare function windowOf(report: Report<Row>, span?: string, at?: number): Window;
export declare function expectDescending(rows: readonly Row[], figure: (row: Row) => number): void;
/** A rate may be rounded to four digits; it is null where its base is 0. */
export declare function expectRate(actual: Cell | undefined, expected: number | null): void;
//# sourceMappingURL=report.d.ts.map