export class StreamReader {
    events = [];
    #abort = new AbortController();
    /** Connects, and reads until `close`. */
    static async open(url, headers) {
        const reader = new StreamReader();
        const response = await fetch(url, { headers, signal: reader.#abort.signal });
        const type = response.headers.get('content-type') ?? '';
        if (response.status !== 200 || !type.startsWith('text/event-stream') || response.body === null) {
            throw new Error(`the stream answered ${response.status} ${type}`);
        }
        void reader.#read(response.body);
        return reader;
    }
    close() {
        this.#abort.abort();
    }
    async #read(body) {
        const decoder = new TextDecoder();
        let text = '';
        try {
            for await (const chunk of body) {
                text += decoder.decode(chunk, { stream: true }).replaceAll('\r\n', '\n');
                for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
                    this.#take(text.slice(0, end));
                    text = text.slice(end + 2);
                }
            }
        }
        catch (error) {
            if (!this.#abort.signal.aborted)
                throw error;
        }
    }
    #take(block) {
        const fields = block.split('\n').map((line) => /^(event|data): ?(.*)$/.exec(line));
        const topic = fields.find((field) => field?.[1] === 'event')?.[2];
        const data = fields.flatMap((field) => (field?.[1] === 'data' ? [field[2]] : [])).join('\n');
        // A comment is the server's heartbeat and has neither.
        if (topic !== undefined)
            this.events.push({ topic, data: JSON.parse(data), at: Date.now() });
    }
}
//# sourceMappingURL=stream.js.map