/**
 * The thread that has the engines, as the first thread of the process sees it: its log and tables as ports, its health, metrics
 * and services as if they were here, and its end.
 *
 * It dies with the process and the process with it: what one of them took in is in the log or was not answered.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { AllPartitions } from '@ticketrail/pipeline';
import type { Config, Readiness, ServiceStatus, Shutdown, Stage } from '@ticketrail/runtime';
import type { Control } from '../control.js';
import type { Engines } from '../engines.js';
import { OwnedPartitions } from '../owned-partitions.js';
import { Calls } from './calls.js';
import { FarEventLog } from './far-event-log.js';
import { FarTables } from './far-tables.js';
import { errorFrom } from './plain-errors.js';
import type { ThreadAnswers, ThreadData, ThreadFailure, ThreadStart } from './run-thread.js';

/** How often it is asked how it stands. Milliseconds. */
const LOOK_MS = 250;

/** A thread that has not answered for so long does not do its work. Longer than any collection of garbage. Milliseconds. */
const SILENT_MS_MAX = 5_000;

/** Whoever looks at metrics or services waits for it this long. Milliseconds. */
const ANSWER_MS_MAX = 2_000;

/** Stages that it goes through together with the first thread; the engines end with it. */
const SHARED_STAGES: readonly Stage[] = ['intake', 'settling', 'folding', 'serving'];

/** The thread is not there any more. */
export class ThreadEnded extends Error {
  readonly code = 'THREAD_ENDED';
}

export class CountingThread {
  readonly engines: Engines;
  private readonly calls: Calls<ThreadAnswers>;
  /** The names of its checks of readiness. */
  private readonly checked: readonly string[];
  /** By check: what was wrong when it was asked last. */
  private problems: Readonly<Record<string, string>>;
  private answeredAt = Date.now();
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly worker: Worker,
    { epoch, syncMs, checked, problems }: ThreadStart,
    onDeath: (error: Error) => void,
  ) {
    this.checked = checked;
    this.problems = problems;
    this.calls = new Calls(worker);
    this.engines = {
      log: new FarEventLog(this.calls),
      tables: new FarTables(this.calls, syncMs),
      epoch,
      control: new ThreadsControl(() => this.inTime(this.calls.ask('services'), [])),
      membership: new OwnedPartitions(new AllPartitions(epoch.partitions)),
      problem: () => this.problem(),
      registerMetrics: (metrics) => metrics.include(() => this.inTime(this.calls.ask('metrics'), '')),
      // The thread does it by itself.
      sweep: async () => undefined,
      close: () => (this.closing ??= this.close()),
    };
    let isDead = false;
    const die = (error: Error): void => {
      this.calls.end(error);
      if (!isDead && this.closing === undefined) onDeath(error);
      isDead = true;
    };
    worker.once('error', die);
    // After an error too, which has said more.
    worker.once('exit', (code) => die(new ThreadEnded(`the counting thread ended by itself, with ${code}`)));
  }

  /**
   * Throws what kept it from starting.
   *
   * @param file what the thread runs: a call of `runThread`
   * @param onDeath called when it ends though nobody asked it to: nothing more is counted, and what waits for it fails
   */
  static async start(file: URL, config: Config, onDeath: (error: Error) => void): Promise<CountingThread> {
    const worker = new Worker(file, { workerData: { config } satisfies ThreadData });
    try {
      return new CountingThread(worker, await startOf(worker), onDeath);
    } catch (error) {
      await worker.terminate();
      throw error;
    }
  }

  /** Its checks count as checks of the process, and it ends stage by stage with it. */
  join(readiness: Readiness, shutdown: Shutdown): void {
    for (const name of this.checked) {
      if (name !== 'engines') readiness.register(name, () => this.problems[name]);
    }
    for (const stage of SHARED_STAGES) {
      shutdown.at(stage, 'counting thread', (withinMs) => this.calls.ask('finish', stage, withinMs));
    }
    const stop = new AbortController();
    shutdown.at('engines', 'watch of the counting thread', async () => stop.abort());
    void this.watch(stop.signal);
  }

  private problem(): string | undefined {
    const silentMs = Date.now() - this.answeredAt;
    return silentMs > SILENT_MS_MAX
      ? `the counting thread has not answered for ${Math.round(silentMs / 1000)} seconds`
      : this.problems['engines'];
  }

  private async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // A thread that is gone was noticed already.
      await this.look().catch(() => undefined);
      await sleep(LOOK_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async look(): Promise<void> {
    this.problems = await this.calls.ask('problems');
    this.answeredAt = Date.now();
  }

  /** The answer, or `otherwise` when it does not come in time: whoever looks is told of the silence by health. */
  private inTime<T>(answer: Promise<T>, otherwise: T): Promise<T> {
    return Promise.race([answer.catch(() => otherwise), sleep(ANSWER_MS_MAX, otherwise, { ref: false })]);
  }

  private async close(): Promise<void> {
    const isClean = await this.calls.ask('close');
    this.calls.end(new ThreadEnded('the counting thread has ended'));
    await this.worker.terminate();
    // What it was, the thread has said in the log.
    if (!isClean) throw new Error('not everything was done');
  }
}

/** Throws what the thread failed with before it had started. */
async function startOf(worker: Worker): Promise<ThreadStart> {
  const stop = new AbortController();
  const { signal } = stop;
  const ending = once(worker, 'exit', { signal }).then(([code]) => {
    throw new ThreadEnded(`the counting thread ended while it started, with ${code}`);
  });
  try {
    const [start] = (await Promise.race([once(worker, 'message', { signal }), ending])) as [
      ThreadStart | ThreadFailure,
    ];
    if ('failed' in start) throw errorFrom(start.failed);
    return start;
  } finally {
    stop.abort();
  }
}

/** Of a process with two threads. */
class ThreadsControl implements Control {
  private answer: () => readonly ServiceStatus[] = () => [];

  constructor(private readonly others: () => Promise<ServiceStatus[]>) {}

  serve(answer: () => readonly ServiceStatus[]): void {
    this.answer = answer;
  }

  async ask(): Promise<ServiceStatus[]> {
    return [...this.answer(), ...(await this.others())];
  }
}
