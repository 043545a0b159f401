import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { Problem } from './problem.mjs';

const LINE_END = 0x0a;
/** Far above what the server takes as one event; keeps a file without line ends from filling the memory. */
const LINE_BYTES_MAX = 1_048_576;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * @typedef {object} Line
 * @property {number} number counts from 1, empty lines included, as an editor counts
 * @property {Buffer} bytes as in the file, without the line end; cut where the line is too long
 * @property {boolean} isTooLong
 * @property {number} bytesRead of the file so far
 */

/**
 * The lines of a file that are not empty, byte for byte.
 * @param {string} file
 * @returns {AsyncGenerator<Line>}
 */
export async function* readLines(file) {
  const source = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 262_144 });
  const unpacked = file.endsWith('.gz') ? source.pipe(createGunzip()) : source;
  if (unpacked !== source) source.on('error', (error) => unpacked.destroy(error));

  let parts = [];
  let length = 0;
  let number = 1;
  const line = () => {
    let bytes = parts.length === 1 ? parts[0] : Buffer.concat(parts);
    if (number === 1 && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK)) bytes = bytes.subarray(3);
    return { number, bytes, isTooLong: length > LINE_BYTES_MAX, bytesRead: source.bytesRead ?? 0 };
  };
  const keep = (part) => {
    if (length <= LINE_BYTES_MAX && part.length > 0) parts.push(part);
    length += part.length;
  };

  try {
    for await (const chunk of unpacked) {
      let from = 0;
      for (let end = chunk.indexOf(LINE_END); end !== -1; end = chunk.indexOf(LINE_END, from)) {
        keep(chunk.subarray(from, end));
        const complete = line();
        if (!isEmpty(complete.bytes)) yield complete;
        parts = [];
        length = 0;
        number += 1;
        from = end + 1;
      }
      keep(chunk.subarray(from));
    }
  } catch (error) {
    throw new Problem(`${file} cannot be read to its end: ${error.message}.`);
  }
  const last = line();
  if (!isEmpty(last.bytes)) yield last;
}

/** The server skips empty lines too; leaving them out keeps its indexes in step with our line numbers. */
function isEmpty(bytes) {
  return bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

/** The bytes of a file; null where that is not known beforehand. */
export async function sizeOf(file) {
  return file === '-' ? null : (await stat(file)).size;
}
