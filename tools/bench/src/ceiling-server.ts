/** A server that does nothing but take a JSON event: what HTTP itself costs here. Run by ceilings.ts as a process of its own. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';

const answer = { accepted: 1, rejected: [] };

async function listen(kind: string | undefined): Promise<number> {
  if (kind === 'fastify') {
    const server = fastify();
    server.post('/v1/events', (_request, reply) => reply.code(202).send(answer));
    await server.listen({ port: 0, host: '127.0.0.1' });
    return (server.server.address() as AddressInfo).port;
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      for (const line of Buffer.concat(chunks).toString().split('\n')) if (line !== '') JSON.parse(line);
      const body = JSON.stringify(answer);
      response.writeHead(202, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

console.log(await listen(process.argv[2]));
