/** What an event costs in things that can be counted, and so are the same on every machine: objects made, bytes and rows written. */
import { Folding, ingestEntries, normaliseEntry, Settling, type StageOptions } from './stages.js';

/** Per event. */
export interface Costs {
  /** Bytes of the heap taken by the stage, whether they are given back later or not. */
  readonly normaliseBytes: number;
  readonly settleBytes: number;
  readonly foldBytes: number;
  /** Length of the settled batches as text. */
  readonly settledLogBytes: number;
  readonly rowsWritten: number;
  readonly rowsPublished: number;
}

/** Whole rounds of the fold, so that each kind of row is written as often as it is in the long run. */
const warmEvents = 20_000;
const countedEvents = 20_000;

/** Counts correctly only in a process that collects no garbage between `since` and `until` (performance clock): see costs-process. */
export function costsOf(options: StageOptions): {
  readonly costs: Costs;
  readonly since: number;
  readonly until: number;
} {
  const entries = ingestEntries(warmEvents + countedEvents, options);
  const [settling, folding] = [new Settling(), new Folding()];
  const settle = (of: typeof entries) => of.map((entry) => settling.settle(normaliseEntry(entry), entry));
  for (const batch of settle(entries.splice(0, warmEvents / options.entryEvents)))
    folding.fold(batch, JSON.stringify(batch), options.entryEvents);

  const since = performance.now();
  const before = { written: folding.written, published: folding.published };
  const [normalised, normaliseBytes] = taking(() => entries.map(normaliseEntry));
  const [batches, settleBytes] = taking(() =>
    entries.map((entry, index) => settling.settle(normalised[index] ?? [], entry)),
  );
  // As the log hands them over.
  const bodies = batches.map((batch) => JSON.stringify(batch));
  const [, foldBytes] = taking(() => {
    batches.forEach((batch, index) => folding.fold(batch, bodies[index]!, options.entryEvents));
  });
  const until = performance.now();

  const costs = {
    normaliseBytes,
    settleBytes,
    foldBytes,
    settledLogBytes: bodies.reduce((sum, body) => sum + body.length, 0) / countedEvents,
    rowsWritten: (folding.written - before.written) / countedEvents,
    rowsPublished: (folding.published - before.published) / countedEvents,
  };
  return { costs, since, until };
}

/** What the work answers, and how many bytes of the heap it took, per event. */
function taking<Answer>(work: () => Answer): [answer: Answer, bytes: number] {
  const before = process.memoryUsage().heapUsed;
  const answer = work();
  return [answer, (process.memoryUsage().heapUsed - before) / countedEvents];
}
