const LINES_MAX = 1_000;
/** Half of what the server takes in one request. */
const BYTES_MAX = 4 * 1_024 * 1_024;

/**
 * @typedef {object} Batch
 * @property {import('./lines.mjs').Line[]} lines
 * @property {number} bytesRead of the file so far
 */

/**
 * Lines in groups that fit into a request.
 * @param {AsyncIterable<import('./lines.mjs').Line>} source
 * @returns {AsyncGenerator<Batch>}
 */
export async function* batches(source) {
  let lines = [];
  let bytes = 0;
  let bytesRead = 0;
  for await (const line of source) {
    if (lines.length >= LINES_MAX || (lines.length > 0 && bytes + line.bytes.length > BYTES_MAX)) {
      yield { lines, bytesRead };
      lines = [];
      bytes = 0;
    }
    lines.push(line);
    bytes += line.bytes.length + 1;
    bytesRead = line.bytesRead;
  }
  if (lines.length > 0) yield { lines, bytesRead };
}
