/**
 * What this machine can do at most in the parts the product is made of, measured in the same call, so that its figures can be read
 * against them: bare HTTP servers with one event a request and with a hundred, reading JSON, and syncing to disk.
 */
import { spawn } from 'node:child_process';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConnectionPool } from './connection-pool.js';
import { EventLines } from './event-lines.js';
import { usageOf } from './process-usage.js';

export interface Ceiling {
  readonly name: string;
  readonly perSecond: number;
  readonly microsecondsEach: number;
}

const options = { rate: 10_000, locations: 20_000, duplicates: 0, tag: 'ceiling' };
const clients = 64;
const measuredMs = 3_000;

export async function ceilings(): Promise<Ceiling[]> {
  return [
    await bareServer('node:http', 1),
    await bareServer('fastify', 1),
    await bareServer('node:http', 100),
    jsonParse(),
    syncs(),
  ];
}

/** As many requests as go through, each client sending the next when it has its answer. The CPU figure is the server's own. */
async function bareServer(kind: 'node:http' | 'fastify', batch: number): Promise<Ceiling> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('ceiling-server.js', import.meta.url)), kind], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const port = await new Promise<number>((resolve) =>
      child.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString()))),
    );
    const pool = new ConnectionPool(new URL(`http://127.0.0.1:${port}`), clients);
    const lines = new EventLines({ ...options, batch });
    const body = Buffer.alloc(lines.length(0));
    lines.write(0, body, 0, () => Date.now());
    const type = batch === 1 ? 'application/json' : 'application/x-ndjson';
    const head = `POST /v1/events HTTP/1.1\r\nHost: bench\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`;
    const request = Buffer.concat([Buffer.from(head), body]);
    let answered = 0;
    const client = async (until: number): Promise<void> => {
      while (performance.now() < until) {
        await pool.send(request);
        answered++;
      }
    };
    const round = (milliseconds: number): Promise<unknown> =>
      Promise.all(Array.from({ length: clients }, () => client(performance.now() + milliseconds)));
    await round(500);
    answered = 0;
    const [started, before] = [performance.now(), await usageOf(child.pid as number)];
    await round(measuredMs);
    const seconds = (performance.now() - started) / 1_000;
    const cpu = (await usageOf(child.pid as number)).cpuMicroseconds - before.cpuMicroseconds;
    pool.close();
    const events = answered * batch;
    return {
      name: `${kind}, ${batch} a request, closed loop`,
      perSecond: events / seconds,
      microsecondsEach: cpu / events,
    };
  } finally {
    child.kill();
  }
}

function jsonParse(): Ceiling {
  const lines = new EventLines({ ...options, batch: 100 });
  const body = Buffer.alloc(lines.length(0));
  lines.write(0, body, 0, () => Date.now());
  const texts = body.toString().trimEnd().split('\n');
  let [fields, parsed] = [0, 0];
  const started = performance.now();
  while (performance.now() - started < 1_000) {
    for (const text of texts) fields += Object.keys(JSON.parse(text) as object).length;
    parsed += texts.length;
  }
  const elapsed = performance.now() - started;
  if (fields === 0) throw new Error('nothing was parsed');
  return {
    name: `JSON.parse of an event (${Math.round(body.length / 100)} bytes)`,
    perSecond: (parsed / elapsed) * 1_000,
    microsecondsEach: (elapsed * 1_000) / parsed,
  };
}

/** One after the other, as a log that syncs before it answers has to. */
function syncs(): Ceiling {
  const directory = mkdtempSync(join(tmpdir(), 'ticketrail-bench-'));
  const file = openSync(join(directory, 'log'), 'w');
  const page = Buffer.alloc(32_768, 1);
  let written = 0;
  const started = performance.now();
  while (performance.now() - started < 1_000) {
    writeSync(file, page);
    fdatasyncSync(file);
    written++;
  }
  const elapsed = performance.now() - started;
  closeSync(file);
  rmSync(directory, { recursive: true });
  return {
    name: 'write and fdatasync of 32 KiB',
    perSecond: (written / elapsed) * 1_000,
    microsecondsEach: (elapsed * 1_000) / written,
  };
}
