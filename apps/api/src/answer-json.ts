/** Answers as JSON. Their rows, which may be many, are written from columns, a slice at a time. */
import { setImmediate } from 'node:timers/promises';
import { ColumnList, JsonBytes } from '@ticketrail/core';

/** Rows that are written at once, in about two milliseconds: then other work of the process has its turn. */
const SLICE_ROWS = 8_192;

/** Room that is made for an answer and for each of its rows; when it is not enough, more is made. */
const ANSWER_BYTES = 8_192;
const ROW_BYTES = 200;

/** What `JSON.stringify` would make of the answer, as UTF-8. */
export async function answerJson(answer: object): Promise<Buffer> {
  const lists = Object.values(answer).filter((value) => value instanceof ColumnList);
  const bytes = new JsonBytes(ANSWER_BYTES + lists.reduce((sum, { length }) => sum + length * ROW_BYTES, 0));
  let before = '{';
  for (const [name, value] of Object.entries(answer) as [string, unknown][]) {
    if (value === undefined) continue;
    bytes.raw(`${before}${JSON.stringify(name)}:`);
    if (value instanceof ColumnList) await writeList(bytes, value);
    else bytes.raw(JSON.stringify(value));
    before = ',';
  }
  bytes.raw(before === '{' ? '{}' : '}');
  const { buffer, byteOffset, byteLength } = bytes.written;
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}

async function writeList(bytes: JsonBytes, list: ColumnList<unknown>): Promise<void> {
  bytes.raw('[');
  for (let from = 0; from < list.length; from += SLICE_ROWS) {
    if (from > 0) await setImmediate();
    list.write(bytes, from, Math.min(from + SLICE_ROWS, list.length));
  }
  bytes.raw(']');
}
