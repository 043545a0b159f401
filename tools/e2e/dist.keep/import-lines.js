import { sleep } from './wait-for.js';
/** How often one batch is tried before the import gives up: with the pauses between, some 30 seconds. */
const attemptsMax = 300;
const pauseMs = 100;
export async function importLines(client, lines, options = {}) {
    const { batchLines = 500, concurrency = 4, onAcknowledged } = options;
    const summary = { accepted: 0, rejected: 0, resentLines: 0 };
    let next = 0;
    let acknowledged = 0;
    const sendBatch = async (batch) => {
        for (let attempt = 1; attempt <= attemptsMax; attempt++) {
            const answer = await client.postLines(batch).catch(() => undefined);
            if (answer?.status === 202) {
                summary.accepted += answer.body.accepted;
                summary.rejected += answer.body.rejected.length;
                acknowledged += batch.length;
                onAcknowledged?.(acknowledged);
                return;
            }
            // Overload is a refusal before anything was taken; silence leaves it open.
            if (answer === undefined)
                summary.resentLines += batch.length;
            else if (answer.status !== 429 && answer.status !== 503) {
                throw new Error(`a batch was answered with ${answer.status}: ${JSON.stringify(answer.body).slice(0, 500)}`);
            }
            await sleep(pauseMs);
        }
        throw new Error(`a batch of ${batch.length} lines was not taken in ${attemptsMax} attempts`);
    };
    const worker = async () => {
        while (next < lines.length) {
            const batch = lines.slice(next, next + batchLines);
            next += batchLines;
            await sendBatch(batch);
        }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    return summary;
}
//# sourceMappingURL=import-lines.js.map