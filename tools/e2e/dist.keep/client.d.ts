/** The product's HTTP interface as a terminal or a dashboard uses it. */
export interface Answer<Body> {
    readonly status: number;
    readonly contentType: string;
    readonly headers: Headers;
    readonly body: Body;
}
export interface Posted {
    readonly accepted: number;
    readonly rejected: readonly {
        readonly index: number;
        readonly reason: string;
        readonly message: string;
    }[];
}
export type Query = Readonly<Record<string, string | number>>;
export declare class Client {
    readonly url: string;
    readonly key: string;
    constructor(url: string, key: string);
    /** Any request, with the key unless `headers` says otherwise. The body is decoded when it is JSON. */
    send<Body>(method: string, path: string, headers?: Record<string, string>, body?: string | Uint8Array): Promise<Answer<Body>>;
    /** The body of a GET that must succeed. */
    get<Body>(path: string, query?: Query): Promise<Body>;
    postJson(event: unknown): Promise<Answer<Posted>>;
    postLines(lines: readonly string[]): Promise<Answer<Posted>>;
    isReady(): Promise<boolean>;
}
//# sourceMappingURL=client.d.ts.map