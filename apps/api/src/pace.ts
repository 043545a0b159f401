/** Holds a long job back, so that answers to live questions do not wait for it. */
import type { Clock } from '@ticketrail/pipeline';

export class Pace {
  private workedSince: number;

  /** @param share of the time that the job may work, 0 … 1 */
  constructor(
    private readonly clock: Clock,
    private readonly share: number,
  ) {
    this.workedSince = clock.now();
  }

  /** To be called often: rests for as long as the work since the last call costs. */
  readonly breathe = async (): Promise<void> => {
    const workedMs = this.clock.now() - this.workedSince;
    await this.clock.sleep((workedMs * (1 - this.share)) / this.share);
    this.workedSince = this.clock.now();
  };
}
