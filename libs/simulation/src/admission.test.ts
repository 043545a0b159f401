import { describe, expect, test } from '@jest/globals';
import { Admission } from '@ticketrail/pipeline';
import { ManualClock } from './manual-clock.js';
import { MemoryDisk } from './memory-disk.js';
import { MemoryEventLog } from './memory-event-log.js';

async function open() {
  const clock = new ManualClock(1_000_000);
  const disk = new MemoryDisk(clock, 'log-1');
  const log = MemoryEventLog.on(disk);
  const stop = new AbortController();
  const admission = new Admission(log, clock, {
    askMs: 1_000,
    answerMsMax: 2_000,
    fullnessMax: 0.95,
    failuresMax: 2,
    probeMs: 1_000,
  });
  void admission.run(stop.signal);
  await clock.advance(1);
  return { clock, disk, log, admission, stop };
}

describe('Admission', () => {
  test('refuses before anything is taken once the log is nearly full, and opens again when there is room', async () => {
    const { clock, disk, admission, stop } = await open();
    expect(admission.refusal()).toBeUndefined();
    disk.fullness = (stream) => (stream === 'ingest' ? 0.951 : 0);
    await clock.advance(1_000);
    expect(admission.refusal()).toEqual({ message: 'the log is 95% full', retryAfterSeconds: 30 });
    disk.fullness = () => 0.949;
    await clock.advance(1_000);
    expect(admission.refusal()).toBeUndefined();
    stop.abort();
  });

  test('a log that does not answer closes the door to everybody', async () => {
    const { clock, log, admission, stop } = await open();
    log.crash();
    await clock.advance(2_000);
    expect(admission.isClosed).toBe(true);
    for (let i = 0; i < 3; i++) {
      expect(admission.refusal()).toEqual({ message: 'the log does not answer', retryAfterSeconds: 5 });
      await clock.advance(1_000);
    }
    stop.abort();
  });

  test('while a log answers and stores nothing one request a second comes through, and a stored one opens the door', async () => {
    const { clock, admission, stop } = await open();
    admission.appended(false);
    admission.appended(false);
    expect(admission.refusal()).toBeUndefined();
    expect(admission.refusal()).toEqual({ message: 'the log does not answer', retryAfterSeconds: 5 });
    await clock.advance(999);
    expect(admission.refusal()).toBeDefined();
    await clock.advance(1);
    expect(admission.refusal()).toBeUndefined();
    admission.appended(true);
    expect(admission.refusal()).toBeUndefined();
    stop.abort();
  });

  test('an answer that never comes counts as none', async () => {
    const { clock, disk, admission, stop } = await open();
    disk.fullness = () => new Promise(() => undefined) as unknown as number;
    await clock.advance(7_000);
    expect(admission.isClosed).toBe(true);
    disk.fullness = () => 0;
    await clock.advance(4_000);
    expect(admission.isClosed).toBe(false);
    stop.abort();
  });

  test('appends that fail one after the other close the door though the log answers questions', async () => {
    const { admission, stop } = await open();
    admission.appended(false);
    expect(admission.isClosed).toBe(false);
    admission.appended(true);
    admission.appended(false);
    expect(admission.isClosed).toBe(false);
    admission.appended(false);
    expect(admission.isClosed).toBe(true);
    stop.abort();
  });
});
