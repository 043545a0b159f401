/** A thread that starts well, and once it was asked a few times does one thing for a long time. */
import { runThreadOf } from './thread-of.fixture.js';

let asked = 0;

runThreadOf(() => {
  if (++asked === 5) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 7_500);
  return undefined;
});
