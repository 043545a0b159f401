/** A thread that starts well, and fails where nobody handles it a moment later. */
import { runThreadOf } from './thread-of.fixture.js';

runThreadOf(() => {
  setTimeout(() => {
    throw new TypeError('a bug in the thread');
  }, 500);
  return undefined;
});
