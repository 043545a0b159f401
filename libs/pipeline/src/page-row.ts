import { type ChangedRow, EVENT_PAGES, hourOf, type Row } from '@ticketrail/core';
import type { Entry } from './ports.js';

/** An entry as it stands in the history: its text becomes bytes when it is written, as bytes are dear to keep. */
export class PageRow implements ChangedRow {
  readonly table = EVENT_PAGES;
  readonly position: number;
  private readonly id: string;
  private readonly text: string;

  constructor(
    { seq, id, body }: Entry,
    readonly time: number,
    private readonly generation: number,
    private readonly shard: number,
  ) {
    this.position = seq;
    this.id = id;
    this.text = body;
  }

  get row(): Row {
    const { generation, shard, time, position: seq, id: entry, text } = this;
    return {
      generation,
      shard,
      hour: hourOf(time),
      seq,
      entry,
      // Rows wait for their turn longer than bytes that V8 counts should.
      get page() {
        return Buffer.from(text);
      },
    };
  }
}
