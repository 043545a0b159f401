/**
 * Guards switched off, one at a time: the simulation must then fail. A mutant is data; `mutant-hooks.ts` changes the compiled
 * code while it is loaded, so that production has no switches. Each text must occur exactly once: when the code changes, its
 * mutants change with it. `guard` is a number in guards.ts.
 */
export interface Edit {
  /** End of the compiled file's path. */
  readonly file: string;
  readonly text: string;
  readonly replacement: string;
}

export interface Mutant {
  readonly name: string;
  /** A number in GUARDS. */
  readonly guard: number;
  /** Under which faults it shows. */
  readonly mixes: readonly string[];
  readonly edits: readonly Edit[];
}

const AGGREGATE = 'pipeline/dist/aggregate-loop.js';
const FLUSHER = 'pipeline/dist/row-flusher.js';
const POSITIONS = 'pipeline/dist/written-positions.js';
const ORDER_MARKS = 'core/dist/folds/order-marks.js';
const FOLD_READS = 'pipeline/dist/fold-reads.js';
const ENRICH = 'pipeline/dist/enrich-loop.js';
const OLD_MARKS_READER = 'pipeline/dist/old-marks-reader.js';
const LOG_CHECK = 'pipeline/dist/log-check.js';
const BATCHER = 'pipeline/dist/batcher.js';
const EPOCH = 'pipeline/dist/epoch.js';
const CHANGELOG = 'pipeline/dist/changelog-stands.js';
const FOLD = 'core/dist/folds/partition-fold.js';
const FENCE = 'core/dist/folds/entry-fence.js';
const ROW_CACHE = 'core/dist/folds/row-cache.js';
const SOURCE_ROWS = 'core/dist/folds/source-rows.js';
const CELL = 'core/dist/folds/cell.js';
const SETTLE = 'core/dist/settling/settle.js';
const WINDOW = 'core/dist/settling/dedupe-window.js';
const OLD_MARKS = 'core/dist/settling/old-marks.js';
const HASH = 'core/dist/hash.js';

const NO_CHAIN: Edit = { file: AGGREGATE, text: 'batch.previous !== this.at.entry', replacement: 'false' };
const NO_REACH: Edit = { file: LOG_CHECK, text: 'of [checkpoint, reach])', replacement: 'of [checkpoint])' };
const NO_REACH_END: Edit = {
  file: LOG_CHECK,
  text: 'Math.max(checkpoint.seq, reach.seq)',
  replacement: 'checkpoint.seq',
};
const NO_IDS: Edit = { file: LOG_CHECK, text: 'found !== undefined && found.id !== entry', replacement: 'false' };
const NO_END: Edit = {
  file: LOG_CHECK,
  text: 'last === undefined ? reach.seq > checkpoint.seq : last.seq < made',
  replacement: 'false',
};
const NO_ROW: Edit = { file: FENCE, text: 'if (entry === inLog)', replacement: 'if (true)' };

function edit(file: string, text: string, replacement: string): Edit {
  return { file, text, replacement };
}

export const MUTANTS: readonly Mutant[] = [
  {
    // We use no acknowledgements of the log's; what comes nearest is a checkpoint that also covers what came meanwhile.
    name: 'ack-all',
    guard: 1,
    mixes: ['processes', 'tables'],
    edits: [
      edit(FLUSHER, 'this.written.add(at, clock.now())', 'this.written.add(this.folded.stand().at, clock.now())'),
    ],
  },
  {
    // A cursor that moves when entries are handed out: whoever begins, begins at the end.
    name: 'explicit-ack',
    guard: 1,
    mixes: ['processes'],
    edits: [
      edit(
        ENRICH,
        "this.ports.log.read('ingest', this.partition, this.stand.ingest, signal)",
        "this.ports.log.read('ingest', this.partition, (await this.ports.log.last('ingest', this.partition))?.seq ?? 0, signal)",
      ),
    ],
  },
  { name: 'no-chain-check', guard: 2, mixes: ['rollback'], edits: [NO_CHAIN] },
  {
    name: 'wall-clock',
    guard: 3,
    mixes: ['processes'],
    edits: [edit(FLUSHER, 'clock: this.epoch.base + position,', 'clock: this.ports.clock.now() * 1000,')],
  },
  { name: 'no-fence', guard: 4, mixes: ['rollback'], edits: [NO_CHAIN, NO_IDS, NO_END, NO_ROW] },
  { name: 'fence-end-only', guard: 4, mixes: ['rollback'], edits: [NO_CHAIN, NO_IDS, NO_ROW] },
  { name: 'fence-no-row', guard: 4, mixes: ['rollback'], edits: [NO_REACH, NO_REACH_END, NO_ROW] },
  { name: 'fence-no-reach', guard: 4, mixes: ['rollback'], edits: [NO_REACH, NO_REACH_END] },
  {
    name: 'ingest-rolled-back',
    guard: 4,
    mixes: ['rollback'],
    edits: [edit(LOG_CHECK, 'if (seq === 0)\n        return;', 'return;')],
  },
  { name: 'no-epoch', guard: 5, mixes: ['recreated'], edits: [edit(EPOCH, "newest['log'] !== identity", 'false')] },
  {
    name: 'no-load',
    guard: 6,
    mixes: ['processes'],
    edits: [edit(FOLD_READS, 'fold.supplyCell(cell, rows[i])', 'fold.supplyCell(cell, undefined)')],
  },
  {
    name: 'no-load-of-orders',
    guard: 6,
    mixes: ['processes'],
    edits: [edit(FOLD_READS, 'fold.supplyOrder(wanted, orderRows[i])', 'fold.supplyOrder(wanted, [])')],
  },
  {
    name: 'folded-ahead-out-of-turn',
    guard: 12,
    mixes: ['processes'],
    edits: [edit(FOLD, 'this.pending.shift()', 'this.pending.pop()')],
  },
  {
    name: 'assume-new',
    guard: 6,
    mixes: ['calm', 'processes'],
    edits: [edit(ROW_CACHE, 'earliest > this.coversSince', 'true')],
  },
  {
    name: 'known-orders-forgets',
    guard: 6,
    mixes: ['calm', 'processes'],
    edits: [edit(ORDER_MARKS, 'this.known?.add(hash.hi, hash.lo);', '')],
  },
  {
    name: 'order-marks-not-loaded',
    guard: 6,
    mixes: ['processes'],
    edits: [edit(ORDER_MARKS, 'known?.add(hi, lo)', 'undefined')],
  },
  {
    name: 'evict-dirty',
    guard: 6,
    mixes: ['calm', 'processes'],
    edits: [edit(ROW_CACHE, 'if (state.toWrite || state.used)', 'if (false)')],
  },
  {
    name: 'evict-undurable',
    guard: 6,
    mixes: ['calm', 'tables'],
    edits: [edit(AGGREGATE, 'this.flusher.durableSeq < this.evictedAt', 'false')],
  },
  {
    name: 'trim-undurable',
    guard: 6,
    mixes: ['tables', 'everything', 'log', 'periodic-sync'],
    edits: [edit(SOURCE_ROWS, 'placeOf(durableSeq + 1, 0)', 'Number.POSITIVE_INFINITY')],
  },
  {
    name: 'trimmed-not-read',
    guard: 6,
    mixes: ['calm', 'processes'],
    edits: [edit(SOURCE_ROWS, 'known?.suffices(kindOf(event), event.time) === true', 'known !== undefined')],
  },
  {
    // What a product does whose mark is durable before its row: here, marks of a batch that was never published.
    name: 'dedupe-flag',
    guard: 7,
    mixes: ['log', 'processes'],
    edits: [
      edit(
        ENRICH,
        'this.window = await this.rebuildWindow(',
        'this.window = this.stand.seq > 0 && this.window !== undefined ? this.window : await this.rebuildWindow(',
      ),
    ],
  },
  {
    name: 'replay-skips-dedupe',
    guard: 7,
    mixes: ['periodic-sync', 'lost-tail'],
    edits: [
      edit(
        FOLD,
        "this.appended.push({ table: FIRST_SEEN, row, time: row['minute'] });",
        "if (this.fence.awaited.size === 0) this.appended.push({ table: FIRST_SEEN, row, time: row['minute'] });",
      ),
    ],
  },
  {
    name: 'dedupe-memory-only',
    guard: 8,
    mixes: ['calm', 'processes'],
    edits: [edit(SETTLE, 'if (first === 0 && !window.decides(outcome.time, skewMs))', 'if (false)')],
  },
  {
    name: 'no-wait-for-checkpoint',
    guard: 8,
    mixes: ['calm', 'tables', 'processes'],
    edits: [edit(OLD_MARKS_READER, 'checkpoints.checkpoint.seq < coversAfterSeq', 'false')],
  },
  {
    name: 'stale-minutes',
    guard: 8,
    mixes: ['calm', 'processes'],
    edits: [edit(OLD_MARKS, 'marks.loadedThrough >= coversAfterSeq', 'true')],
  },
  {
    // What was settled since a minute was loaded is taken for loaded.
    name: 'minutes-read-once',
    guard: 8,
    mixes: ['calm', 'processes'],
    edits: [
      edit(
        OLD_MARKS_READER,
        'let after = this.marks.readAfter(minute);',
        'let after = this.marks.readAfter(minute) > 0 ? through : 0;',
      ),
    ],
  },
  {
    // Of a minute only the first rows are read.
    name: 'minutes-read-in-part',
    guard: 8,
    mixes: ['calm', 'processes'],
    edits: [edit(OLD_MARKS_READER, 'rows.length < limit', 'true')],
  },
  {
    name: 'no-skew',
    guard: 8,
    mixes: ['calm', 'processes'],
    edits: [edit(WINDOW, 'eventTime - skewMs > this.coveredSince', 'eventTime > this.coveredSince')],
  },
  {
    name: 'trimmed-window',
    guard: 8,
    mixes: ['processes', 'everything'],
    edits: [edit(ENRICH, 'create(entry.seq - 1, batch.log_time)', 'create(0, Number.NEGATIVE_INFINITY)')],
  },
  {
    name: 'id-of-no-place',
    guard: 9,
    mixes: ['calm'],
    edits: [
      edit(HASH, 'hash64(tenant, event.location_id, event.event_id, out)', "hash64(tenant, '', event.event_id, out)"),
    ],
  },
  {
    name: 'checkpoint-first',
    guard: 10,
    mixes: ['processes', 'tables'],
    edits: [
      edit(
        FLUSHER,
        'this.lastCheckpoint = started;',
        'await this.writeUntilDone([checkpointWrite(this.epoch, this.partition, at)]); this.lastCheckpoint = started;',
      ),
    ],
  },
  {
    name: 'sources-not-awaited',
    guard: 10,
    mixes: ['tables', 'processes'],
    edits: [edit(FLUSHER, 'await before;', '')],
  },
  {
    name: 'write-errors-ignored',
    guard: 10,
    mixes: ['tables'],
    edits: [edit(FLUSHER, 'if (this.hasGivenUp)\n                    throw error;', 'return;')],
  },
  {
    name: 'delta',
    guard: 11,
    mixes: ['processes'],
    edits: [edit(FOLD, 'const isGated = seq <= cell.gate;', 'const isGated = false;')],
  },
  {
    name: 'impure-fold',
    guard: 12,
    mixes: ['processes'],
    edits: [edit(CELL, '[LABEL_TIME] = time;', '[LABEL_TIME] = time + (this.gate > 0 ? 1 : 0);')],
  },
  {
    name: 'mirror-not-redriven',
    guard: 12,
    mixes: ['processes', 'tables'],
    edits: [edit(FOLD, '(!isGated || table.mirrors.length > 0)', '!isGated')],
  },
  {
    name: 'checkpoint-does-not-trail-the-sync',
    guard: 19,
    mixes: ['periodic-sync'],
    edits: [edit(POSITIONS, 'now - answeredAt >= this.syncMs', 'true')],
  },
  {
    name: 'restart-of-tables-unnoticed',
    guard: 19,
    mixes: ['periodic-sync'],
    edits: [edit(FLUSHER, 'life !== this.life', 'false')],
  },
  {
    // Settling waits for the checkpoint that they lost.
    name: 'lost-checkpoint-unnoticed',
    guard: 19,
    mixes: ['periodic-sync'],
    edits: [
      edit(FLUSHER, 'this.written.hasDurable(now) || this.isCheckpointAged(now)', 'this.written.hasDurable(now)'),
    ],
  },
  {
    // Rows let go once they are written, though the tables may still lose them.
    name: 'evict-unsynced',
    guard: 19,
    mixes: ['periodic-sync'],
    edits: [edit(AGGREGATE, 'this.flusher.durableSeq < this.evictedAt', 'this.flushing !== undefined')],
  },
  {
    name: 'no-rewind',
    guard: 19,
    mixes: ['lost-tail'],
    edits: [edit(AGGREGATE, 'this.options.isTailInDoubt === true', 'false')],
  },
  {
    name: 'no-rewind-of-window',
    guard: 19,
    mixes: ['lost-tail'],
    edits: [edit(ENRICH, 'this.options.isTailInDoubt === true', 'false')],
  },
  {
    // A lost answer: going on from what one remembers instead of from what the log says.
    name: 'stand-from-memory',
    guard: 20,
    mixes: ['log'],
    edits: [
      edit(
        ENRICH,
        'this.stand = last === undefined ? standOfCheckpoint(checkpoint) : standOfEntry(last);',
        'if (this.stand.seq === 0) this.stand = last === undefined ? standOfCheckpoint(checkpoint) : standOfEntry(last);',
      ),
    ],
  },
  {
    name: 'answered-before-stored',
    guard: 21,
    mixes: ['processes', 'log'],
    edits: [
      edit(
        BATCHER,
        'await this.send(partition, box, sent, span?.traceparent);',
        'this.send(partition, box, sent).catch(() => undefined);',
      ),
    ],
  },
  {
    name: 'no-idle-batches',
    guard: 22,
    mixes: ['calm'],
    edits: [edit(ENRICH, 'if (now - this.publishedAt >= this.options.idleMs)', 'if (false)')],
  },
  {
    name: 'no-expected-seq',
    guard: 24,
    mixes: ['processes', 'calm'],
    edits: [
      edit(ENRICH, "append('events', this.partition, message, stand.seq)", "append('events', this.partition, message)"),
    ],
  },
  {
    name: 'hole-in-changelog',
    guard: 25,
    mixes: ['calm', 'processes', 'log'],
    edits: [edit(CHANGELOG, 'change.from > this.heard[partition].seq', 'false')],
  },
  {
    name: 'log-time-back',
    guard: 26,
    mixes: ['log'],
    edits: [
      edit(ENRICH, 'Math.max(time, entry.time), this.stand.logTime', 'entry.time, 0'),
      edit(ENRICH, 'Math.max(stand.logTime, time)', 'time'),
    ],
  },
  {
    // Messages that were settled beside others are named nowhere.
    name: 'together-unnamed',
    guard: 29,
    mixes: ['calm', 'processes', 'log'],
    edits: [edit(ENRICH, '{ before: messages }', '{}')],
  },
];

export function mutantNamed(name: string): Mutant {
  const mutant = MUTANTS.find((known) => known.name === name);
  if (mutant === undefined) {
    throw new RangeError(`there is no mutant ${name}: ${MUTANTS.map((known) => known.name).join(', ')}`);
  }
  return mutant;
}
