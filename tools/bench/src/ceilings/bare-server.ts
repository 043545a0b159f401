/** A server that does nothing but take JSON events: what HTTP itself costs here. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ConnectionPool } from '../load/connection-pool.js';
import { EventLines } from '../load/event-lines.js';
import { RequestSizes } from '../load/request-sizes.js';
import { adopt } from '../product/child-process.js';
import { usageOf } from '../product/process-usage.js';
import type { Ceiling } from './ceiling.js';

const clients = 64;
const warmMs = 500;
const measuredMs = 3_000;

/** As many requests as go through, each client sending the next when it has its answer. The CPU figure is the server's own. */
export async function bareServer(kind: 'node-http' | 'fastify', batch: 1 | 100): Promise<Ceiling> {
  const script = fileURLToPath(new URL('ceiling-server.js', import.meta.url));
  const child = spawn(process.execPath, [script, kind], { stdio: ['ignore', 'pipe', 'inherit'] });
  adopt(child);
  try {
    const port = await new Promise<number>((resolve) =>
      child.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString()))),
    );
    const pool = new ConnectionPool(new URL(`http://127.0.0.1:${port}`), clients);
    const request = requestOf(batch);
    let answered = 0;
    const client = async (until: number): Promise<void> => {
      while (performance.now() < until) {
        await pool.send(request);
        answered++;
      }
    };
    const round = (milliseconds: number): Promise<unknown> =>
      Promise.all(Array.from({ length: clients }, () => client(performance.now() + milliseconds)));
    await round(warmMs);
    answered = 0;
    const [started, before] = [performance.now(), await usageOf(child.pid as number)];
    await round(measuredMs);
    const seconds = (performance.now() - started) / 1_000;
    const cpu = (await usageOf(child.pid as number)).cpuMicroseconds - before.cpuMicroseconds;
    pool.close();
    const events = answered * batch;
    return {
      id: `${kind}-${batch}`,
      name: `${kind === 'fastify' ? 'Fastify' : 'node:http'}, ${batch} a request, closed loop`,
      perSecond: events / seconds,
      cpuMicroseconds: cpu / events,
    };
  } finally {
    child.kill();
  }
}

function requestOf(batch: number): Buffer {
  const lines = new EventLines({
    rate: 10_000,
    locations: 20_000,
    sizes: new RequestSizes([batch]),
    duplicates: 0,
    late: 0,
    malformed: 0,
    tag: 'ceiling',
  });
  const body = Buffer.alloc(lines.length(0));
  lines.write(0, body, 0, () => Date.now());
  const type = batch === 1 ? 'application/json' : 'application/x-ndjson';
  const head = `POST /v1/events HTTP/1.1\r\nHost: bench\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}
