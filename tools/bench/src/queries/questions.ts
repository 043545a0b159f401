/** What is asked of the product and of each peer: pages as a dashboard asks for them, and whole lists as an export does. */
export interface Question {
  /** By which a peer knows its own way of asking the same. */
  readonly name: string;
  readonly path: string;
}

const rowsMax = 100_000;

export const questions: readonly Question[] = [
  { name: 'revenue 5m, top 50', path: '/v1/revenue/live?window=5m&limit=50' },
  { name: 'revenue 1h, one location', path: '/v1/revenue/live?window=1h&location_id=loc_000000' },
  { name: 'trending 30m, top 50', path: '/v1/items/trending?window=30m&limit=50' },
  { name: 'wait times 24h, 50 rows', path: '/v1/wait-times?window=24h&limit=50' },
  { name: 'revenue 5m, all', path: `/v1/revenue/live?window=5m&limit=${rowsMax}` },
  { name: 'funnel 1h, all', path: `/v1/funnel?window=1h&limit=${rowsMax}` },
  { name: 'trending 30m, all', path: `/v1/items/trending?window=30m&limit=${rowsMax}` },
  { name: 'wait times 24h, all', path: `/v1/wait-times?window=24h&limit=${rowsMax}` },
];
