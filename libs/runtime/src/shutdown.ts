/**
 * What has to be done before the process ends, in stages: each begins when everything of the one before is done. First nothing
 * more is taken, then what was taken is settled and counted, and the engines go last.
 */
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';

export const STAGES = ['intake', 'settling', 'folding', 'serving', 'engines'] as const;
export type Stage = (typeof STAGES)[number];

@Injectable()
export class Shutdown implements OnApplicationShutdown {
  private readonly logger = new Logger('shutdown');
  private readonly tasks = new Map<Stage, { name: string; run: () => Promise<void> }[]>();

  at(stage: Stage, name: string, run: () => Promise<void>): void {
    this.tasks.set(stage, [...(this.tasks.get(stage) ?? []), { name, run }]);
  }

  async onApplicationShutdown(): Promise<void> {
    for (const stage of STAGES) {
      await Promise.all(
        (this.tasks.get(stage) ?? []).map(async ({ name, run }) => {
          try {
            await run();
          } catch (error) {
            this.logger.error(`${name} did not end cleanly: ${error instanceof Error ? error.message : String(error)}`);
          }
        }),
      );
    }
  }
}
