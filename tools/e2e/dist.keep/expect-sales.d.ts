import type { Client } from './client.js';
import type { Recount } from './recount.js';
export declare function expectRevenue(client: Client, recount: Recount, span: string, at: number): Promise<void>;
export declare function expectSeries(client: Client, recount: Recount, span: string, at: number, place?: string): Promise<void>;
export declare function expectFunnel(client: Client, recount: Recount, span: string, at: number): Promise<void>;
export declare function expectItems(client: Client, recount: Recount, span: string, at: number): Promise<void>;
export declare function expectPaymentMix(client: Client, recount: Recount, at: number): Promise<void>;
//# sourceMappingURL=expect-sales.d.ts.map