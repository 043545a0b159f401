/** The server of bare-server.ts, a process of its own: reads each line as JSON and answers. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';

const answer = { accepted: 1, rejected: [] };

function readLines(text: string): void {
  for (const line of text.split('\n')) if (line !== '') JSON.parse(line);
}

async function listen(kind: string | undefined): Promise<number> {
  if (kind === 'fastify') {
    const server = fastify();
    server.addContentTypeParser('application/x-ndjson', { parseAs: 'string' }, (_request, body, done) => {
      readLines(body as string);
      done(null, undefined);
    });
    server.post('/v1/events', (_request, reply) => reply.code(202).send(answer));
    await server.listen({ port: 0, host: '127.0.0.1' });
    return (server.server.address() as AddressInfo).port;
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      readLines(Buffer.concat(chunks).toString());
      const body = JSON.stringify(answer);
      response.writeHead(202, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

console.log(await listen(process.argv[2]));
