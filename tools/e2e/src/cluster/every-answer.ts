/** Everything that can be asked about a file, as the text of the answers: for comparing one product with another byte by byte. */
import type { Client } from '../client.js';
import type { ReadLines } from '../read-lines.js';
import { Recount } from '../recount.js';

const minute = 60_000;
const byMinute = ['revenue/live', 'revenue/series', 'funnel', 'items/trending'];
const byHour = ['wait-times', 'kitchen', 'turnover', 'payments/mix', 'feedback'];
const windows = ['5m', '30m', '2h'];
const ordersAsked = 40;

/** What an answer says of the log it was made from, and of when that got its events: two logs differ there, and may. */
const ofTheLog = new Set(['as_of', 'completeness', 'restated', 'position']);
const withoutLog = (answer: object): string =>
  JSON.stringify(answer, (name, value: unknown) => (ofTheLog.has(name) ? undefined : value));

/** The answers by question. */
export async function everyAnswer(client: Client, file: ReadLines, endsAt: number): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  const ask = async (path: string, query: Record<string, string | number>): Promise<void> => {
    answers.set(`${path} ${JSON.stringify(query)}`, withoutLog(await client.get<object>(`/v1/${path}`, query)));
  };
  const recount = new Recount(file.events);
  const places = recount.revenueByPlace({ from: 0, to: endsAt + minute }).map(({ place }) => place);
  for (const at of [endsAt, endsAt - 17 * minute, endsAt - 63 * minute]) {
    for (const window of windows) {
      for (const report of byMinute) await ask(report, { window, at, limit: 1_000 });
      for (const place of places.slice(0, 2)) await ask(`locations/${place}/revenue`, { window, at });
    }
  }
  for (const report of byHour) await ask(report, { window: '24h', at: endsAt, limit: 1_000 });
  for (const order of recount.orders().slice(0, ordersAsked)) {
    const id = order.slice(order.indexOf(' ') + 1);
    await ask(`orders/${encodeURIComponent(id)}`, {});
  }
  answers.set('rejections', JSON.stringify(await rejections(client)));
  return answers;
}

/** What was refused and why, in an order of its own: when it came is the log's. */
async function rejections(client: Client): Promise<string[]> {
  const { rows } = await client.get<{ rows: { reason: string; message: string; payload: unknown }[] }>(
    '/v1/rejections',
    { limit: 1_000 },
  );
  return rows.map(({ reason, message, payload }) => JSON.stringify({ reason, message, payload })).sort();
}

/** The questions that are answered differently, each with both answers; at most a few, since thousands help nobody. */
export function differencesOf(left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): string[] {
  const questions = [...new Set([...left.keys(), ...right.keys()])];
  return questions
    .filter((question) => left.get(question) !== right.get(question))
    .slice(0, 3)
    .map((question) => `${question}\n${left.get(question)?.slice(0, 1_000)}\n${right.get(question)?.slice(0, 1_000)}`);
}
