const LINE_NUMBERS_KEPT_MAX = 5;

/** What became of the lines so far. */
export class Outcome {
  lines = 0;
  accepted = 0;
  rejected = 0;
  retries = 0;
  /** By reason: how many, the smallest line numbers, and the message of one. */
  reasons = new Map();

  /**
   * A request that the server took.
   * @param {import('./lines.mjs').Line[]} lines of the request
   * @param {{ index: number, reason: string, message?: string }[]} rejections
   */
  accept(lines, rejections) {
    this.accepted += lines.length - rejections.length;
    for (const { index, reason, message } of rejections) this.reject(lines[index], reason, message);
  }

  /**
   * A line that is not counted.
   * @param {import('./lines.mjs').Line | undefined} line
   */
  reject(line, reason = 'unknown', message = '') {
    this.rejected += 1;
    const entry = this.reasons.get(reason) ?? { count: 0, lineNumbers: [], message };
    entry.count += 1;
    if (line) {
      entry.lineNumbers.push(line.number);
      entry.lineNumbers.sort((one, other) => one - other).splice(LINE_NUMBERS_KEPT_MAX);
    }
    this.reasons.set(reason, entry);
  }
}
