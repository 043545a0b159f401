/** What the bench is doing, on a terminal; nothing where there is none. */
const width = 24;

export function bar(share: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width);
  return `[${'#'.repeat(filled)}${'-'.repeat(width - filled)}]`;
}

export class Progress {
  constructor(private readonly terminal: NodeJS.WriteStream = process.stderr) {}

  readonly show = (share: number, text: string): void => {
    if (!this.terminal.isTTY) return;
    const line = `${bar(share)} ${text}`;
    this.terminal.write(`\r${line.slice(0, (this.terminal.columns ?? 80) - 1)}\u001b[K`);
  };

  /** Leaves the line to what is written next. */
  readonly clear = (): void => {
    if (this.terminal.isTTY) this.terminal.write('\r\u001b[K');
  };
}
