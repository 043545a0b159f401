import { expect, test } from '@jest/globals';
import type { ServiceStatus } from '@ticketrail/runtime';
import { unownedPartitions } from './cluster-watch.js';

const service = (role: string, member: string, partitions: number[]): ServiceStatus => ({
  role,
  member,
  since: '2026-01-01T00:00:00.000Z',
  problems: {},
  partitions: partitions.map((partition) => ({
    partition,
    state: 'running',
    position: 1,
    lag_entries: 0,
    lag_seconds: 0,
  })),
});

test('a partition is unowned when no member of the role has it, whatever other roles have', () => {
  const services = [
    service('enricher', 'e1', [0, 2]),
    service('enricher', 'e2', [1]),
    service('aggregator', 'a1', [0, 1, 3]),
    service('api', 'api1', []),
  ];
  expect(unownedPartitions(services, 4)).toEqual({ enricher: [3], aggregator: [2] });
});
