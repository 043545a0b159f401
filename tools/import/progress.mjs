const BAR_WIDTH = 30;
const TERMINAL_EVERY_MS = 100;
const PLAIN_EVERY_MS = 5_000;

/** How far an import is: a bar on a terminal, a line now and then elsewhere. */
export class Progress {
  #stream;
  #size;
  #isTerminal;
  #shownMs = performance.now();
  #hasBar = false;

  /**
   * @param {NodeJS.WriteStream} stream
   * @param {number | null} size of the file in bytes, where known
   */
  constructor(stream, size) {
    this.#stream = stream;
    this.#size = size;
    this.#isTerminal = stream.isTTY === true;
  }

  show(bytesRead, { accepted, rejected }) {
    const nowMs = performance.now();
    if (nowMs - this.#shownMs < (this.#isTerminal ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS)) return;
    this.#shownMs = nowMs;
    const share = this.#size ? Math.min(1, bytesRead / this.#size) : null;
    const percent = share === null ? '' : `${Math.floor(share * 100)} % `.padStart(6);
    const counts = `${accepted} accepted, ${rejected} rejected`;
    if (!this.#isTerminal) {
      this.#stream.write(`${percent}${counts}\n`);
      return;
    }
    const full = Math.round((share ?? 0) * BAR_WIDTH);
    const bar = share === null ? '' : `[${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}]`;
    this.#stream.write(`\r\x1b[2K${bar}${percent}${counts}`);
    this.#hasBar = true;
  }

  end() {
    if (this.#hasBar) this.#stream.write('\r\x1b[2K');
  }
}
