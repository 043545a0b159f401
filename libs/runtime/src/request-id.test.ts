import { Controller, Get, Module } from '@nestjs/common';
import { describe, expect, test } from '@jest/globals';
import { readConfig } from './config.js';
import { createHttpApp } from './http-app.js';
import { requestIdOf } from './request-id.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('requestIdOf', () => {
  test("is the sender's X-Request-Id where that is usable", () => {
    expect(requestIdOf({ 'x-request-id': 'till-7:0042' })).toBe('till-7:0042');
    for (const bad of ['', 'a b', 'a\u0000', 'x'.repeat(129), '"quoted"', '-rf']) {
      expect(requestIdOf({ 'x-request-id': bad })).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test('is else the trace id of a valid traceparent', () => {
    expect(requestIdOf({ traceparent: `00-${TRACE}-00f067aa0ba902b7-01` })).toBe(TRACE);
    for (const bad of [`ff-${TRACE}-00f067aa0ba902b7-01`, `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, '00-x-y-01']) {
      expect(requestIdOf({ traceparent: bad })).not.toContain(TRACE);
    }
  });
});

@Controller()
class Answers {
  @Get('well')
  well(): string {
    return 'well';
  }

  @Get('broken')
  broken(): string {
    throw new Error('broken on purpose');
  }
}

@Module({ controllers: [Answers] })
class AnswersModule {}

test('the id is on every answer and in every problem', async () => {
  const app = await createHttpApp(AnswersModule, { ...readConfig({}), logLevel: 'error' });
  app.useLogger(false);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const ask = async (path: string) => {
    const answer = await fetch(url + path, { headers: { 'x-request-id': 'till-7' } });
    return { id: answer.headers.get('x-request-id'), body: await answer.text() };
  };
  expect(await ask('/well')).toEqual({ id: 'till-7', body: 'well' });
  for (const path of ['/broken', '/nowhere']) {
    const { id, body } = await ask(path);
    expect(id).toBe('till-7');
    expect(JSON.parse(body)).toMatchObject({ instance: path, request_id: 'till-7' });
  }
  const made = (await fetch(`${url}/well`)).headers.get('x-request-id');
  expect(made).toMatch(/^[0-9a-f-]{36}$/);
  await app.close();
});
