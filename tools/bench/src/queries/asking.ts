/**
 * Asks the product's questions in turn, each when it is due, whatever became of the ones before (open loop). A latency runs from
 * when a question was due to when the last byte of its answer had come.
 */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Latencies, type LatencySummary } from '../load/latencies.js';
import type { Product } from '../product/product.js';
import type { Question } from './questions.js';

export interface Answered {
  readonly name: string;
  readonly times: LatencySummary;
  /** Of the last answer's body. */
  readonly bytes: number;
}

const connectionsMax = 32;
/** As many as the peers are asked. */
const roundsBeforehand = 3;
const answerWithinMs = 120_000;

/** Asks until it is aborted, then waits for the last answers. Throws at the first answer that is none. */
export async function ask(
  product: Product,
  questions: readonly Question[],
  perSecond: number,
  signal: AbortSignal,
): Promise<Answered[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: connectionsMax });
  const found = questions.map(({ name }) => ({ name, latencies: new Latencies(), bytes: 0 }));
  const waiting = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const started = performance.now();
  for (let turn = 0; failures.length === 0; turn++) {
    const due = started + (turn * 1_000) / perSecond;
    await sleep(Math.max(0, due - performance.now()), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    const question = questions[turn % questions.length] as Question;
    const answers = found[turn % questions.length] as (typeof found)[number];
    const asking = bytesOf(product, question.path, agent)
      .then((bytes) => {
        answers.latencies.record(performance.now() - due);
        answers.bytes = bytes;
      })
      .catch((error: unknown) => void failures.push(error))
      .finally(() => waiting.delete(asking));
    waiting.add(asking);
  }
  await Promise.all(waiting);
  agent.destroy();
  if (failures.length > 0) throw failures[0] as Error;
  return found.map(({ name, latencies, bytes }) => ({ name, times: latencies.summary(), bytes }));
}

/** Asks each question some times and waits for each answer, so that what is timed later is compiled and in memory. */
export async function askBeforehand(product: Product, questions: readonly Question[]): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  try {
    for (let round = 0; round < roundsBeforehand; round++) {
      for (const { path } of questions) await bytesOf(product, path, agent);
    }
  } finally {
    agent.destroy();
  }
}

/** The body is counted and not read: reading it would be the generator's time. */
function bytesOf(product: Product, path: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${product.keys[0]}` };
    const asking = request(new URL(path, product.apiUrl), { agent, headers, timeout: answerWithinMs }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => (bytes += chunk.length));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(bytes);
        else reject(new Error(`GET ${path} was answered with ${response.statusCode}`));
      });
    });
    asking.on('timeout', () => asking.destroy(new Error(`GET ${path} was not answered in ${answerWithinMs} ms`)));
    asking.on('error', reject);
    asking.end();
  });
}
