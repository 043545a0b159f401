/**
 * The recount: each question answered in a few plain lines, straight from the events of the file, as somebody with a
 * spreadsheet would. Slow, obvious, and made of nothing that the product is made of. Money is in cents.
 */
import type { Told } from './read-lines.js';
/** From (inclusive) to (exclusive), epoch milliseconds. */
export interface Window {
    readonly from: number;
    readonly to: number;
}
/** The value that at least the given share of all values does not exceed: nearest rank. */
export declare function percentile(values: readonly number[], share: number): number;
export declare class Recount {
    #private;
    constructor(events: readonly Told[]);
    revenueByPlace(window: Window): {
        place: string;
        name: string;
        revenue: number;
        netSales: number;
        tax: number;
        tips: number;
        orders: number;
    }[];
    /** One entry for each minute, of one place or of all of them. */
    revenueByMinute(window: Window, place?: string): {
        minute: number;
        revenue: number;
        orders: number;
    }[];
    funnelByPlace(window: Window): {
        place: string;
        seated: number;
        placed: number;
        completed: number;
        payments: number;
    }[];
    items(window: Window): {
        id: string;
        name: string;
        category: string;
        quantity: number;
        orders: number;
    }[];
    /** Minutes from seated to completed, by place and hour (UTC) of the seating. */
    waitTimes(window: Window): Map<string, number[]>;
    /** Minutes from seated to the last payment at the table, by place and hour (UTC) of the seating. */
    turnover(window: Window): Map<string, number[]>;
    /** How many parties sat down, by place and hour (UTC). */
    seated(window: Window): Map<string, number>;
    /** The kitchen's own minutes, by place and hour (UTC) of the completion. */
    kitchen(window: Window): Map<string, number[]>;
    paymentMix(window: Window): {
        method: string;
        payments: number;
        amount: number;
        tips: number;
        share: number;
    }[];
    /** What is known of one order (`place order_id`), for a look at it by its id. */
    order(order: string): {
        place: string;
        placedAt: number | undefined;
        completedAt: number | undefined;
        quantity: number;
        payments: number;
        revenue: number;
    };
    orders(): string[];
}
//# sourceMappingURL=recount.d.ts.map