/** Waiting for something to become true, with an end. */
export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
/**
 * Calls `check` until it no longer throws, and answers its result. What it threw last is what the test then reports, so a
 * `check` may be made of expectations.
 */
export async function eventually(check, { withinMs = 10_000, everyMs = 50 } = {}) {
    const deadline = Date.now() + withinMs;
    for (;;) {
        try {
            return await check();
        }
        catch (error) {
            if (Date.now() >= deadline)
                throw error;
        }
        await sleep(everyMs);
    }
}
//# sourceMappingURL=wait-for.js.map