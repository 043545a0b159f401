/** Waiting for something to become true, with an end. */
export declare const sleep: (milliseconds: number) => Promise<void>;
/**
 * Calls `check` until it no longer throws, and answers its result. What it threw last is what the test then reports, so a
 * `check` may be made of expectations.
 */
export declare function eventually<Result>(check: () => Promise<Result>, { withinMs, everyMs }?: {
    withinMs?: number;
    everyMs?: number;
}): Promise<Result>;
//# sourceMappingURL=wait-for.d.ts.map