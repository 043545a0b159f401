/**
 * Sends a file the way a careful terminal would: in batches, a few at a time, and a batch whose answer never came is sent again
 * until there is one. It cannot know whether a lost batch was taken, so the product has to.
 */
import type { Client } from './client.js';
export interface ImportOptions {
    readonly batchLines?: number;
    readonly concurrency?: number;
    /** Called after each acknowledged batch; the import of the others goes on meanwhile. */
    readonly onAcknowledged?: (acknowledgedLines: number) => void;
}
export interface ImportSummary {
    readonly accepted: number;
    readonly rejected: number;
    /** Lines that were sent more than once because nobody answered the first time. */
    readonly resentLines: number;
}
export declare function importLines(client: Client, lines: readonly string[], options?: ImportOptions): Promise<ImportSummary>;
//# sourceMappingURL=import-lines.d.ts.map