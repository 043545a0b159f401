import { Client } from './client.js';
export declare const productKey = "key-of-the-proof";
export interface Ended {
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
    readonly output: string;
    /** From the signal (or the start) to the end. */
    readonly afterMs: number;
}
/** Starts the program with any environment and waits for its end; for starts that are meant to fail. */
export declare function runToEnd(environment: Record<string, string>, withinMs?: number): Promise<Ended>;
export declare class Product {
    #private;
    readonly port: number;
    readonly dataDirectory: string;
    readonly client: Client;
    output: string;
    private constructor();
    /** On a new, empty data directory; ready when this answers. */
    static start(): Promise<Product>;
    get environment(): Record<string, string>;
    get isRunning(): boolean;
    /** Starts it on the same port and data, and waits until it says it is ready. */
    startAgain(): Promise<void>;
    /** As Ctrl-C does it. */
    interrupt(): Promise<Ended>;
    /** As the power switch does it: nothing is flushed, nobody is asked. */
    killHard(): Promise<Ended>;
    /** Ends it, if it still runs, and removes its data. */
    dispose(): Promise<void>;
}
//# sourceMappingURL=product.d.ts.map