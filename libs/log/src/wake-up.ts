/**
 * Lets readers wait for the next change of a partition. There is no queue: a reader keeps its position, looks whether there is
 * more, and only then waits, without giving up control in between; so a change cannot slip through.
 */
export class WakeUp {
  private readonly sleepers = new Set<() => void>();

  /** Resolves at the next `wake`, or when `signal` aborts. */
  wait(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.sleepers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.sleepers.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  wake(): void {
    for (const sleeper of this.sleepers) sleeper();
  }
}
