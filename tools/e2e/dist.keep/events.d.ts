export interface Story {
    readonly place: string;
    readonly order: string;
    /** Epoch milliseconds of its first event; the others follow within the same minute. */
    readonly startsAt: number;
}
export declare function newStory(): Story;
/** One event of a story; `rest` may overwrite anything. */
export declare function event(story: Story, type: string, afterMs: number, rest?: Record<string, unknown>): Record<string, unknown>;
export declare function payment(story: Story, afterMs: number, total: number, rest?: Record<string, unknown>): Record<string, unknown>;
//# sourceMappingURL=events.d.ts.map