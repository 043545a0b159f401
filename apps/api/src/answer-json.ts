/** Answers as JSON. Their rows, which may be many, are written from columns, a slice at a time. */
import { setImmediate } from 'node:timers/promises';
import { ColumnList, JsonBytes, ListWriting } from '@ticketrail/core';

/** Rows that are written at once, in about two milliseconds: then other work of the process has its turn. */
const SLICE_ROWS = 8_192;

/** Room that is made for an answer and for each of its rows; when it is not enough, more is made. */
const ANSWER_BYTES = 8_192;
const ROW_BYTES = 200;

/** By how much an answer may be longer than the one before it. */
const GROWTH = 0.02;

/** What `JSON.stringify` would make of the answer, as UTF-8. */
export async function answerJson(answer: object): Promise<Buffer> {
  const writings: ListWriting[] = [];
  const bytes = new JsonBytes(ANSWER_BYTES);
  let before = '{';
  for (const [name, value] of Object.entries(answer) as [string, unknown][]) {
    if (value === undefined) continue;
    bytes.raw(`${before}${JSON.stringify(name)}:`);
    if (value instanceof ColumnList) writings.push(await writeList(bytes, value));
    else bytes.raw(JSON.stringify(value));
    before = ',';
  }
  bytes.raw(before === '{' ? '{}' : '}');
  const { written } = bytes;
  for (const writing of writings) writing.keep(written);
  return Buffer.from(written.buffer as ArrayBuffer, written.byteOffset, written.byteLength);
}

async function writeList(bytes: JsonBytes, list: ColumnList<unknown>): Promise<ListWriting> {
  const writing = new ListWriting(list, bytes);
  const expected = writing.bytesBefore * (1 + GROWTH);
  bytes.makeRoom(expected > 0 ? Math.ceil(expected) : list.length * ROW_BYTES);
  bytes.raw('[');
  while (!writing.write(SLICE_ROWS)) await setImmediate();
  bytes.raw(']');
  return writing;
}
