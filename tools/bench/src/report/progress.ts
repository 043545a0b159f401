/** What the bench is doing: a bar on a terminal; elsewhere a line now and then. */
const width = 24;
const lineEveryMs = 10_000;

export function bar(share: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width);
  return `[${'#'.repeat(filled)}${'-'.repeat(width - filled)}]`;
}

export class Progress {
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly terminal: NodeJS.WriteStream = process.stderr) {}

  readonly show = (share: number, text: string): void => {
    const line = `${bar(share)} ${text}`;
    if (this.terminal.isTTY) {
      this.terminal.write(`\r${line.slice(0, (this.terminal.columns ?? 80) - 1)}\u001b[K`);
      return;
    }
    if (performance.now() - this.#toldAt < lineEveryMs) return;
    this.#toldAt = performance.now();
    this.terminal.write(`${line}\n`);
  };

  /** Leaves the line to what is written next. */
  readonly clear = (): void => {
    if (this.terminal.isTTY) this.terminal.write('\r\u001b[K');
  };
}
