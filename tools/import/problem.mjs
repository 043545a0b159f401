/** What ends an import, in words for the person who started it: what happened and what to do. */
export class Problem extends Error {
  /**
   * @param {string} message
   * @param {number} exitCode 1 when the import failed, 2 when the command was mistyped
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
