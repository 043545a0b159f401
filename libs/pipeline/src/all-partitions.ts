import { Membership } from './ports.js';

/** Membership of a process that is alone: it runs every partition. */
export class AllPartitions extends Membership {
  constructor(private readonly partitions: number) {
    super();
  }

  override follow(
    _role: string,
    signal: AbortSignal,
    onChange: (partitions: readonly number[]) => void,
  ): Promise<void> {
    onChange(Array.from({ length: this.partitions }, (_, partition) => partition));
    return new Promise((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
