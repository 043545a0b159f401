import { expect, test } from '@jest/globals';
import type { RunResult } from '../run.js';
import type { Ceiling, CeilingId } from './ceiling.js';
import { besideOf } from './beside.js';
import { readLoad } from './prototype.js';
import { sharesOf } from './shares.js';

const ceiling = (id: CeilingId, cpuMicroseconds: number, engineCpuMicroseconds?: number): Ceiling => ({
  id,
  name: id,
  perSecond: 1,
  cpuMicroseconds,
  ...(engineCpuMicroseconds === undefined ? {} : { engineCpuMicroseconds }),
});
const result = {
  options: { batch: 100 },
  usage: [
    { role: 'collector', cpuMicrosecondsPerEvent: 20 },
    { role: 'nats-server', cpuMicrosecondsPerEvent: 30 },
    { role: 'aggregator', cpuMicrosecondsPerEvent: 40 },
    { role: 'generator', cpuMicrosecondsPerEvent: 4 },
  ],
} as unknown as RunResult;

test('a stage is compared with the sum of what it is made of, and left out where a part was not measured', () => {
  const measured = [
    ceiling('node-http-100', 2),
    ceiling('normalise', 1),
    ceiling('jetstream-publish', 3, 5),
    ceiling('jetstream-consume', 1, 2),
  ];
  const shares = sharesOf(result, { measured, unmeasured: [] });
  expect(
    shares.map(({ stage, cpuMicroseconds, ceilingMicroseconds }) => [stage, cpuMicroseconds, ceilingMicroseconds]),
  ).toEqual([
    ['collector', 20, 6],
    ['nats-server', 30, 14],
  ]);
});

test("the prototype stands beside the product's processes and beside their sum", () => {
  const prototype = {
    asked: 10_000,
    rate: 10_000,
    p50: 17,
    p95: 36,
    p99: 58,
    cpuMicrosecondsPerEvent: { collector: 12, 'nats-server': 24, generator: 14 },
  };
  expect(besideOf(result, prototype).map(({ what, product, prototype: theirs }) => [what, product, theirs])).toEqual([
    ['collector', 20, 12],
    ['nats-server', 30, 24],
    ['aggregator', 40, undefined],
    ['generator', 4, 14],
    ['all services', 60, 12],
    ['everything but the generator', 90, 36],
  ]);
});

test("what the prototype's load prints is read, and events it lost are not passed over", () => {
  const text = `{\n  rate: 9998,\n  sent: 199960,\n  acked: 199960,\n  seen: 199960,\n  drain_s: '0.1',\n  p50: 17,\n  p95: 36,\n  p99: 58,\n  max: 90,\n  cpu_us_per_event: {\n    cassandra: '32.1',\n    load: '14.2'\n  },\n  total_us: '114'\n}\n`;
  expect(readLoad(text)).toEqual({ rate: 9_998, sent: 199_960, p50: 17, p95: 36, p99: 58, generator: 14.2 });
  expect(() => readLoad(text.replace('seen: 199960', 'seen: 199000'))).toThrow(/lost/);
  expect(() => readLoad('Error: nothing listens')).toThrow(/does not say/);
});
