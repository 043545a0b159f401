import type { Client } from './client.js';
import type { ReadLines } from './read-lines.js';
export interface Books {
    readonly accepted: number;
    readonly applied: number;
    readonly duplicates: number;
    readonly rejected: number;
    readonly in_flight: number;
    readonly difference: number;
}
/** The books once nothing is on its way any more. */
export declare function settledBooks(client: Client, acceptedAtLeast: number, withinMs?: number): Promise<Books>;
/** Every question, at several moments of the file and over several windows. */
export declare function expectEveryAnswer(client: Client, file: ReadLines, endsAt: number): Promise<void>;
//# sourceMappingURL=expect-books.d.ts.map