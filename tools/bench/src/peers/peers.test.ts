import { expect, test } from '@jest/globals';
import { progressIn } from './peers.js';

test('how far a peer is, is the last that it said of it', () => {
  expect(progressIn('progress 0.000 loading 9 events\nprogress 0.500 loaded 5 of 9 events\n')).toEqual({
    share: 0.5,
    text: 'loaded 5 of 9 events',
  });
  expect(progressIn('progress 0.5 asking\n{"loadPerSecond":1}\n')).toEqual({ share: 0.5, text: 'asking' });
  expect(progressIn('')).toEqual({ share: 0, text: 'loading' });
});
