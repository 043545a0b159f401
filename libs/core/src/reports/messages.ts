/** Collectors' messages: which were lost, and of which nobody knows the outcome. */
import { countOf, type NumberRange } from '../folds/number-ranges.js';
import type { Row } from '../tables/spec.js';

/** Numbers of one start of one collector on one partition of the log that never came. */
export interface MessageHole {
  partition: number;
  collector: string;
  boot: string;
  from: number;
  to: number;
}

export interface MessageFigures {
  /** Messages that a collector numbered, went on after, and that are not in the log: an alarm. */
  lost: number;
  /** Numbers a collector gave up because the log did not answer: their senders were told to send again. */
  given_up: number;
  /** The holes of the lost ones, as far as they are listed. */
  holes: MessageHole[];
}

export function messageFigures(rows: Iterable<Row>): MessageFigures {
  const figures: MessageFigures = { lost: 0, given_up: 0, holes: [] };
  for (const row of rows) {
    const missing = row['missing'] as unknown as NumberRange[];
    figures.lost += countOf(missing) + (row['missing_beyond'] as number);
    figures.given_up += countOf(row['given_up'] as unknown as NumberRange[]);
    for (const [from, to] of missing) {
      const { shard, collector, boot } = row as unknown as { shard: number; collector: string; boot: string };
      figures.holes.push({ partition: shard, collector, boot, from, to });
    }
  }
  return figures;
}
