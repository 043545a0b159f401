/**
 * What has to be done before the process ends, in stages: each begins when everything of the one before is done. First nothing
 * more is taken, then what was taken is settled and counted, and the engines go last.
 *
 * All of it is bounded: an engine that is away must not hold the end of a process. What is cut short is safe, because the log
 * replays it.
 */
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';

export const STAGES = ['intake', 'settling', 'folding', 'serving', 'engines'] as const;
export type Stage = (typeof STAGES)[number];

/** @param withinMs how long it may take */
type Task = (withinMs: number) => Promise<void>;

/** All stages together take at most this long, and the engines always get the last of it. Milliseconds. */
const STAGES_MS_MAX = 7_000;
const ENGINES_MS_MAX = 1_000;

@Injectable()
export class Shutdown implements OnApplicationShutdown {
  private readonly logger = new Logger('shutdown');
  private readonly tasks = new Map<Stage, { name: string; run: Task }[]>();
  private isCutShort = false;

  at(stage: Stage, name: string, run: Task): void {
    this.tasks.set(stage, [...(this.tasks.get(stage) ?? []), { name, run }]);
  }

  /** Whether everything was done, as far as it has come. */
  get isClean(): boolean {
    return !this.isCutShort;
  }

  async onApplicationShutdown(): Promise<void> {
    const deadline = Date.now() + STAGES_MS_MAX;
    for (const stage of STAGES) {
      await this.finish(stage, Math.max(stage === 'engines' ? ENGINES_MS_MAX : 0, deadline - Date.now()));
    }
  }

  /** Does what has to be done at the stage, once. */
  async finish(stage: Stage, withinMs: number): Promise<void> {
    const tasks = this.tasks.get(stage) ?? [];
    this.tasks.delete(stage);
    await Promise.all(tasks.map(({ name, run }) => this.run(name, run, withinMs)));
  }

  private async run(name: string, run: Task, withinMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timedOut = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`it took longer than ${withinMs} ms`)), withinMs);
    });
    try {
      await Promise.race([run(withinMs), timedOut]);
    } catch (error) {
      this.isCutShort = true;
      this.logger.error(`${name} did not end cleanly: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      clearTimeout(timer);
    }
  }
}
