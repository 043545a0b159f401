import { expect, test } from '@jest/globals';
import { mergedMetrics } from './merged-metrics.js';

test('the samples of a metric that several threads have stand together, below one heading', () => {
  const one = '# HELP heap Bytes\n# TYPE heap gauge\nheap 1\n\n# HELP cpu Seconds\n# TYPE cpu counter\ncpu 7\n';
  const other =
    '# HELP rows Rows\n# TYPE rows gauge\n\n# HELP heap Bytes\n# TYPE heap gauge\nheap{thread="counting"} 2\n';
  expect(mergedMetrics([one, other])).toBe(
    [
      '# HELP heap Bytes',
      '# TYPE heap gauge',
      'heap 1',
      'heap{thread="counting"} 2',
      '',
      '# HELP cpu Seconds',
      '# TYPE cpu counter',
      'cpu 7',
      '',
      '# HELP rows Rows',
      '# TYPE rows gauge',
      '',
    ].join('\n'),
  );
});

test('of one thread the text stays as it is', () => {
  const text = '# HELP heap Bytes\n# TYPE heap gauge\nheap 1\n';
  expect(mergedMetrics([text])).toBe(text);
});
