export class Client {
    url;
    key;
    constructor(url, key) {
        this.url = url;
        this.key = key;
    }
    /** Any request, with the key unless `headers` says otherwise. The body is decoded when it is JSON. */
    async send(method, path, headers = {}, body) {
        const response = await fetch(new URL(path, this.url), {
            method,
            headers: { authorization: `Bearer ${this.key}`, ...headers },
            ...(body === undefined ? {} : { body }),
            signal: AbortSignal.timeout(30_000),
        });
        const text = await response.text();
        const contentType = response.headers.get('content-type') ?? '';
        return {
            status: response.status,
            contentType,
            headers: response.headers,
            body: (contentType.includes('json') ? JSON.parse(text) : text),
        };
    }
    /** The body of a GET that must succeed. */
    async get(path, query = {}) {
        const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
        const answer = await this.send('GET', `${path}?${search.toString()}`);
        if (answer.status !== 200) {
            throw new Error(`GET ${path}?${search.toString()} answered ${answer.status}: ${JSON.stringify(answer.body).slice(0, 500)}`);
        }
        return answer.body;
    }
    postJson(event) {
        return this.send('POST', '/v1/events', { 'content-type': 'application/json' }, JSON.stringify(event));
    }
    postLines(lines) {
        return this.send('POST', '/v1/events', { 'content-type': 'application/x-ndjson' }, lines.join('\n'));
    }
    async isReady() {
        try {
            return (await this.send('GET', '/health/ready')).status === 200;
        }
        catch {
            return false;
        }
    }
}
//# sourceMappingURL=client.js.map