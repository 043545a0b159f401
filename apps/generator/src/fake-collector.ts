import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came. */
export interface Received {
  readonly lines: string[];
  readonly headers: IncomingHttpHeaders;
  readonly path: string;
}

/** For tests: a server that keeps what is posted to it and answers as it is told. */
export interface FakeCollector {
  readonly url: string;
  readonly received: Received[];
  /** All lines of all requests that were answered with 202. */
  taken(): string[];
  close(): Promise<void>;
}

/** Answers a request; true when it has answered, false for the ordinary 202. */
export type Answer = (received: Received, response: ServerResponse, requestNumber: number) => boolean;

export const problem = (response: ServerResponse, status: number, headers: Record<string, string> = {}): true => {
  response.writeHead(status, { 'content-type': 'application/problem+json', ...headers });
  response.end(JSON.stringify({ title: 'A problem', status, detail: `The answer is ${status}.` }));
  return true;
};

/** Starts one on a free port. Lines that are not objects are rejected, as a collector would. */
export async function startFakeCollector(answer: Answer = () => false): Promise<FakeCollector> {
  const received: Received[] = [];
  const taken: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      // prettier-ignore
      const lines = Buffer.concat(parts).toString('utf8').split('\n').filter((line) => line.trim() !== '');
      const entry = { lines, headers: request.headers, path: request.url ?? '' };
      received.push(entry);
      if (answer(entry, response, received.length)) return;
      taken.push(...lines);
      const rejected = lines.flatMap((line, index) =>
        isObject(line) ? [] : [{ index, reason: 'not_an_object', message: 'This is not a JSON object.' }],
      );
      response.writeHead(202, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ accepted: lines.length - rejected.length, rejected }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    taken: () => taken,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function isObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}
