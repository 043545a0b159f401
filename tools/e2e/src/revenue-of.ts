import type { Client } from './client.js';

/** What a place took, in the window that the product answers for by itself; undefined while the place is not in the answer. */
export async function revenueOf(client: Client, place: string): Promise<number | undefined> {
  const report = await client.get<{ rows: { location_id: string; revenue: number }[] }>('/v1/revenue/live', {
    location_id: place,
  });
  return report.rows.find((row) => row.location_id === place)?.revenue;
}
