/** The receipt of the books: every event of the entries that were settled in some minutes, with what became of it. */
import type { ReceiptFold, ReceiptQuestion } from '@ticketrail/core';
import { headOf, type History, type HistoryPage } from './history.js';
import { type Bound, RECEIPT_EVENTS_MAX, ReceiptTooLong } from './receipt-events.js';
import { lineOfCopy, lineOfEvent, type ReceiptLine } from './receipt-lines.js';

/** Nothing is late in the books: they are kept by log time. */
const NEVER_LATE = Number.POSITIVE_INFINITY;

export async function ledgerSteps(
  history: History,
  question: ReceiptQuestion,
  shard: number,
  bound: Bound,
  fold: ReceiptFold,
  problems: string[],
): Promise<ReceiptLine[]> {
  const { from, to } = question.window;
  const lines: ReceiptLine[] = [];
  for await (const page of history.pagesBetween(shard, from, to)) {
    if (typeof page === 'string') {
      problems.push(`a page on partition ${shard} is ${page}`);
      continue;
    }
    if (page.seq > bound.seq || page.logTime > bound.logTimeMax) break;
    const parts = page.batch.parts.filter(({ tenant }) => tenant === question.tenant);
    if (parts.length === 0) continue;
    fold.addEntry(page, parts);
    lines.push(...linesOf(page, question.tenant, shard));
    if (lines.length > RECEIPT_EVENTS_MAX) {
      throw new ReceiptTooLong(`the figure is made of more than ${RECEIPT_EVENTS_MAX} events`);
    }
  }
  return lines;
}

function linesOf(page: HistoryPage, of: string, shard: number): ReceiptLine[] {
  const entry = { ...headOf(page), latenessMs: NEVER_LATE };
  const lines: ReceiptLine[] = [];
  const next = { event: 0, copy: 0, refused: 0 };
  for (const { tenant, events, duplicates, rejections } of page.batch.parts) {
    for (const event of events) {
      const index = next.event++;
      const accepted = { accepted: 1, applied: 1 };
      if (tenant === of) lines.push(lineOfEvent(shard, { entry, index, tenant, event }, accepted, NEVER_LATE));
    }
    for (const copy of duplicates) {
      const index = next.copy++;
      const first = { seq: copy.first === 0 ? entry.seq : copy.first, index: null };
      const contribution = { accepted: 1, duplicate: 1 };
      if (tenant === of) lines.push({ ...lineOfCopy(shard, { entry, index, copy }, first), contribution });
    }
    for (const { reason } of rejections) {
      const position = { shard, seq: page.seq, index: next.refused++ };
      if (tenant === of) lines.push(lineOfRefusal(entry, position, reason));
    }
  }
  return lines;
}

function lineOfRefusal(
  entry: { id: string; logTime: number },
  position: ReceiptLine['position'],
  reason: string,
): ReceiptLine {
  return {
    event_id: '',
    event_type: reason,
    time: undefined,
    location_id: '',
    order_id: undefined,
    position,
    entry: entry.id,
    log_time: entry.logTime,
    how: 'rejected',
    first: undefined,
    contribution: { accepted: 1, rejected: 1 },
  };
}
