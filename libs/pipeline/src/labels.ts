/** What members are called, by number: the labels of the row with the latest time. */
import { type AggregateTable, NO_LABEL_TIME, packedLayout, type PackedRow, unpackLabelTime } from '@ticketrail/core';

export class Labels {
  /** By label of the table, then number. */
  readonly texts: readonly (string | null)[][];
  /** By number, the time that its labels are of. */
  readonly times: number[] = [];
  private readonly first: number;
  private readonly time: number;

  constructor(private readonly table: AggregateTable) {
    this.texts = table.labels.map(() => []);
    const { labels, labelTime } = packedLayout(table);
    [this.first, this.time] = [labels, labelTime];
  }

  /** Numbers are given out one after the other; this one has no labels yet. */
  join(number: number): void {
    for (const texts of this.texts) texts[number] = null;
    this.times[number] = NO_LABEL_TIME;
  }

  take(number: number, bucket: number, row: PackedRow): void {
    const { texts, times } = this;
    if (texts.length === 0) return;
    const time = unpackLabelTime(row[this.time] as number | null, bucket);
    if (time < times[number]!) return;
    times[number] = time;
    for (let label = 0; label < texts.length; label++) {
      const text = row[this.first + label] as string | null;
      // An equal text stays the one that it was: it is old, and the row's own can go.
      if (texts[label]![number] !== text) texts[label]![number] = text;
    }
  }

  /** The labels of the numbers chosen, which are now called 0, 1, 2 and so on. */
  pick(chosen: readonly number[]): Labels {
    const picked = new Labels(this.table);
    chosen.forEach((from, number) => {
      picked.times[number] = this.times[from]!;
      picked.texts.forEach((texts, label) => (texts[number] = this.texts[label]![from]!));
    });
    return picked;
  }
}
