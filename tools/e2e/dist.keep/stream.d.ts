/** A reader of server-sent events, as much of the format as the product uses. */
export interface StreamEvent {
    readonly topic: string;
    readonly data: unknown;
    /** When it arrived, epoch milliseconds. */
    readonly at: number;
}
export declare class StreamReader {
    #private;
    readonly events: StreamEvent[];
    /** Connects, and reads until `close`. */
    static open(url: string, headers: Record<string, string>): Promise<StreamReader>;
    close(): void;
}
//# sourceMappingURL=stream.d.ts.map