import { expect, test } from '@jest/globals';
import { WaitingServer } from './waiting-server.js';

test('while a service waits it is alive, not ready, and says why; then its port is free', async () => {
  const port = 20_000 + (process.pid % 20_000);
  const waiting = await WaitingServer.listen(port, '127.0.0.1');
  waiting.say('NATS has no stream INGEST');
  const live = await fetch(`http://127.0.0.1:${port}/health/live`);
  const ready = await fetch(`http://127.0.0.1:${port}/health/ready`);
  expect([live.status, ready.status]).toEqual([200, 503]);
  expect(await ready.text()).toContain('NATS has no stream INGEST');
  await live.text();
  await waiting.close();
  const again = await WaitingServer.listen(port, '127.0.0.1');
  await again.close();
});
