/**
 * The recount's own reading of a file: which lines are events, which are copies, which are neither. The rules are written from
 * what the product promises to its users, not from its code.
 */
export interface Item {
    readonly id: string;
    readonly name: string;
    readonly category: string;
    readonly quantity: number;
}
export interface Told {
    readonly id: string;
    readonly type: string;
    readonly time: number;
    readonly place: string;
    readonly placeName: string;
    readonly table: string;
    /** Order ids are unique within a place only. */
    readonly order: string;
    readonly items: readonly Item[];
    readonly kitchenMinutes: number | undefined;
    readonly method: string;
    /** Amounts in cents. */
    readonly subtotal: number;
    readonly tax: number;
    readonly tip: number;
    readonly total: number;
}
export interface ReadLines {
    readonly events: readonly Told[];
    readonly duplicates: number;
    readonly rejected: readonly string[];
}
/** Cents of a decimal number, digit by digit: 12.3 is 1230, and 0.1 + 0.2 never happens. Undefined beyond the cent. */
export declare function centsOf(amount: number): number | undefined;
/** `around` is a time near the file's own; what is months away from it cannot be true. */
export declare function readLines(lines: readonly string[], around: number): ReadLines;
//# sourceMappingURL=read-lines.d.ts.map