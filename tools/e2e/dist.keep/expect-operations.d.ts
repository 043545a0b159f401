import type { Client } from './client.js';
import { type Recount } from './recount.js';
/** From seated to completed, and in the kitchen. */
export declare function expectDurations(client: Client, recount: Recount, question: 'waitTimes' | 'kitchen', at: number): Promise<void>;
/** From seated to the last payment at the table. */
export declare function expectTurnover(client: Client, recount: Recount, at: number): Promise<void>;
/** A number of orders, read by their ids, spread over the whole file. */
export declare function expectOrders(client: Client, recount: Recount): Promise<void>;
//# sourceMappingURL=expect-operations.d.ts.map