/** The proxy against a server that says back what it hears. */
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { eventually, sleep } from '../wait-for.js';
import { TcpProxy } from './tcp-proxy.js';

let echo: Server;
/** Everything the server heard, of all connections. */
let heard = '';
let proxy: TcpProxy;
const clients: Socket[] = [];

beforeAll(async () => {
  echo = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      heard += chunk.toString();
      socket.write(chunk);
    });
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
});
beforeEach(async () => {
  heard = '';
  proxy = await TcpProxy.start({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  proxy.stop();
});
afterAll(() => {
  echo.close();
});

/** A client, what it was answered, and how its connection ended. */
async function open(): Promise<{ socket: Socket; answered: () => string; ended: () => string | undefined }> {
  const socket = connect(proxy.port, '127.0.0.1');
  clients.push(socket);
  let text = '';
  let end: string | undefined;
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', (error: NodeJS.ErrnoException) => (end = error.code));
  socket.on('close', () => (end ??= 'closed'));
  await once(socket, 'connect');
  return { socket, answered: () => text, ended: () => end };
}

/** How a connection ended that nobody wrote to, also when it was reset before it was open. */
function outcomeOfConnecting(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    clients.push(socket);
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    socket.on('close', () => resolve('closed'));
    socket.resume();
  });
}

test('without a fault it forwards both ways, a megabyte too, and passes on the end', async () => {
  const { socket, answered, ended } = await open();
  const large = 'ticket'.repeat(400_000);
  socket.write(large);
  await eventually(async () => expect(answered().length).toBe(large.length));
  expect(answered() === large).toBe(true);
  socket.end();
  await eventually(async () => expect(ended()).toBe('closed'));
  await eventually(async () => expect(proxy.openConnections).toBe(0));
});

test('a delay is suffered by an open connection, keeps the order, and ends with the fault', async () => {
  const { socket, answered } = await open();
  socket.write('a');
  await eventually(async () => expect(answered()).toBe('a'));
  await proxy.fail({ kind: 'delay', ms: 500 });
  const started = Date.now();
  socket.write('b');
  await sleep(20);
  socket.write('c');
  await eventually(async () => expect(answered()).toBe('abc'), { everyMs: 5 });
  // Once on the way there and once on the way back.
  const delayedMs = Date.now() - started;
  expect(delayedMs).toBeGreaterThanOrEqual(1_000);
  await proxy.heal();
  const healed = Date.now();
  socket.write('d');
  await eventually(async () => expect(answered()).toBe('abcd'), { everyMs: 5 });
  expect(Date.now() - healed).toBeLessThan(delayedMs / 2);
});

test('dropped answers: the server hears everything, the client so many bytes and then nothing, and a reset when it heals', async () => {
  const { socket, answered, ended } = await open();
  await proxy.fail({ kind: 'drop-answers', afterBytes: 3 });
  socket.write('abcdef');
  await eventually(async () => expect(heard).toBe('abcdef'));
  await eventually(async () => expect(answered()).toBe('abc'));
  socket.write('ghi');
  await eventually(async () => expect(heard).toBe('abcdefghi'));
  await sleep(50);
  expect([answered(), ended()]).toEqual(['abc', undefined]);
  await proxy.heal();
  await eventually(async () => expect(ended()).toBe('ECONNRESET'));
  const next = await open();
  next.socket.write('again');
  await eventually(async () => expect(next.answered()).toBe('again'));
});

test('a connection of which no answer was swallowed outlives the fault', async () => {
  const { socket, answered, ended } = await open();
  await proxy.fail({ kind: 'drop-answers', afterBytes: 0 });
  await proxy.heal();
  socket.write('still here');
  await eventually(async () => expect(answered()).toBe('still here'));
  expect(ended()).toBeUndefined();
});

test('half-open: it accepts and nothing moves; afterwards what was held up arrives', async () => {
  const before = await open();
  await proxy.fail({ kind: 'half-open' });
  const during = await open();
  before.socket.write('one');
  during.socket.write('two');
  await sleep(100);
  expect([heard, before.answered(), during.answered()]).toEqual(['', '', '']);
  await proxy.heal();
  await eventually(async () => expect([before.answered(), during.answered()]).toEqual(['one', 'two']));
});

test('a reset ends what is open and what is opened, until it heals', async () => {
  const before = await open();
  await proxy.fail({ kind: 'reset' });
  await eventually(async () => expect(before.ended()).toBe('ECONNRESET'));
  const during = await outcomeOfConnecting(proxy.port);
  expect(during).toBe('ECONNRESET');
  await proxy.heal();
  const after = await open();
  after.socket.write('x');
  await eventually(async () => expect(after.answered()).toBe('x'));
});

test('a cut resets open connections once, and serves the next', async () => {
  const before = await open();
  proxy.cut();
  await eventually(async () => expect(before.ended()).toBe('ECONNRESET'));
  const after = await open();
  after.socket.write('x');
  await eventually(async () => expect(after.answered()).toBe('x'));
});

test('a connection that is cut while it is being ended leaves nothing behind', async () => {
  for (let round = 0; round < 40; round++) {
    const { socket } = await open();
    socket.end('x'.repeat(200_000));
    await sleep(round % 4);
    proxy.cut();
  }
  await eventually(async () => expect(proxy.openConnections).toBe(0), { withinMs: 3_000 });
});

test('refused: an open connection goes on, a new one is refused, and the same port serves again afterwards', async () => {
  const before = await open();
  await proxy.fail({ kind: 'refuse' });
  await expect(open()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  before.socket.write('x');
  await eventually(async () => expect(before.answered()).toBe('x'));
  await proxy.heal();
  const after = await open();
  after.socket.write('y');
  await eventually(async () => expect(after.answered()).toBe('y'));
});

test('a server that is not there yet resets its clients, and is reached once it is', async () => {
  const spare = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  spare.listen(0, '127.0.0.1');
  await once(spare, 'listening');
  const { port } = spare.address() as AddressInfo;
  spare.close();
  await once(spare, 'close');
  const early = await TcpProxy.start({ host: '127.0.0.1', port });
  try {
    expect(await outcomeOfConnecting(early.port)).toBe('ECONNRESET');
    spare.listen(port, '127.0.0.1');
    await once(spare, 'listening');
    const served = connect(early.port, '127.0.0.1');
    served.on('error', () => undefined);
    served.write('x');
    const [answer] = (await once(served, 'data')) as [Buffer];
    expect(answer.toString()).toBe('x');
    served.destroy();
  } finally {
    early.stop();
    spare.close();
  }
});
