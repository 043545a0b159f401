/**
 * The enrich loop of one partition: each ingest message is settled in exactly one batch, and those that came while another batch
 * was on its way to the log are settled together in the next. So a burst costs one wait for the log, not one each.
 *
 * Everything it has to remember is in the last settled batch (where it stands on `ingest.<p>`, log time, the chain) and in what
 * the log and the first_seen table hold (what was seen before), so it may stop at any instruction: what was not yet published
 * is settled again, and a publish by somebody who was replaced meanwhile is refused by the expected position.
 */
import {
  DedupeWindow,
  type CanonicalEvent,
  type Enrich,
  identitiesToLookUp,
  identityOf,
  normaliseBatch,
  type SettledBatch,
  type SettledMessage,
  type SettledPart,
  settle,
  type SettlingBounds,
} from '@ticketrail/core';
import { readCheckpoints, type Checkpoint } from './checkpoint.js';
import { decodeSettled, encodeSettled } from './codec.js';
import type { Epoch } from './epoch.js';
import { checkIngest, checkLog, Overtaken, refusalMeans } from './log-check.js';
import { OldMarksReader, type OldMarksOptions, type OldMarksStats } from './old-marks-reader.js';
import type { Clock, Entry, EventLog, Reference, Tables } from './ports.js';
import { utcOffsetMinutes } from './time-zone.js';
import { CAUSES_MAX, type Tracer, within } from './tracer.js';
import { groupsOf, type TogetherOptions, type WaitingMessage } from './waiting-messages.js';

export interface EnrichOptions extends SettlingBounds, OldMarksOptions, TogetherOptions {
  /** Identities are kept in memory this long, in log time, and this many of them per partition at most. */
  readonly windowMs: number;
  readonly windowIdentitiesMax: number;
  /** Tables may have lost what they took last: see AggregateOptions. The window then reaches back as far as folding does. */
  readonly isTailInDoubt?: boolean;
  /** On start the window is filled from this many of the partition's last entries at most. */
  readonly rebuildEntriesMax: number;
  /** A partition on which nothing happens gets an empty settled batch this often, so that log time moves. */
  readonly idleMs: number;
  /** Local time of places that reference data does not know. IANA name. */
  readonly defaultTimeZone: string;
  /** How long after its end a minute is expected to change; what changes it later is a restatement. */
  readonly latenessMs: number;
}

/** Counts for metrics; only ever grow, but for the sizes. */
export interface EnrichStats extends OldMarksStats {
  applied: number;
  duplicates: number;
  rejected: Record<string, number>;
  batches: number;
  windowIdentities: number;
  /** Position on `ingest.<p>` settled last. */
  ingest: number;
  logTime: number;
}

/** Where settling stands: as the last settled batch says. */
interface Stand {
  seq: number;
  id: string;
  ingest: number;
  logTime: number;
}

export interface EnrichPorts {
  readonly log: EventLog;
  readonly tables: Tables;
  readonly reference: Reference;
  readonly clock: Clock;
  readonly tracer?: Tracer | undefined;
}

export class EnrichLoop {
  readonly stats: EnrichStats = {
    applied: 0,
    duplicates: 0,
    rejected: {},
    batches: 0,
    oldMinutesRead: 0,
    oldRowsRead: 0,
    oldMarksBytes: 0,
    windowIdentities: 0,
    ingest: 0,
    logTime: 0,
  };
  private stand: Stand = { seq: 0, id: '', ingest: 0, logTime: 0 };
  /** Id of the ingest message settled last; empty where no entry tells it. */
  private lastIngestId = '';
  /** By our clock, to tell when nothing happens. */
  private publishedAt = 0;
  private window!: DedupeWindow;
  private oldMarks!: OldMarksReader;

  constructor(
    private readonly ports: EnrichPorts,
    private readonly epoch: Epoch,
    private readonly partition: number,
    private readonly options: EnrichOptions,
  ) {}

  /** Runs until `signal` aborts. Throws when it can't go on; running a new loop is always safe. */
  async run(signal: AbortSignal): Promise<void> {
    await this.recover(signal);
    const reader = this.ports.log.read('ingest', this.partition, this.stand.ingest, signal)[Symbol.asyncIterator]();
    const { clock } = this.ports;
    // After a pause log time stands far back, and on a new log it has not begun.
    const begunAt = clock.now();
    if (begunAt - this.stand.logTime >= this.options.idleMs) await this.publish([], [], begunAt);
    let next = reader.next();
    let isFirst = true;
    let idle: Promise<undefined> | undefined;
    while (!signal.aborted) {
      // One sleep at a time, however many entries come meanwhile. The reader answers when `signal` aborts.
      idle ??= clock.sleep(this.options.idleMs).then(() => undefined);
      const arrived = await Promise.race([next, idle]);
      if (signal.aborted) break;
      if (arrived === undefined) {
        idle = undefined;
        const now = clock.now();
        if (now - this.publishedAt >= this.options.idleMs) {
          // Positions of a log that lost its end are given out again, and would be taken for settled.
          await checkIngest(this.ports.log, this.partition, this.stand.ingest, this.lastIngestId);
          await this.publish([], [], now);
        }
        continue;
      }
      if (arrived.done === true) break;
      if (isFirst) {
        // Only now is it certain that the reader is cut off should the log lose its end: it may have since the start.
        isFirst = false;
        await checkIngest(this.ports.log, this.partition, this.stand.ingest, this.lastIngestId);
      }
      for (const group of groupsOf(arrived.value, this.options)) {
        if (signal.aborted) break;
        await this.settleGroup(group, signal);
      }
      next = reader.next();
    }
    await reader.return?.();
  }

  /** Finds out where settling stands and what was settled lately. */
  private async recover(signal: AbortSignal): Promise<void> {
    const { log, tables } = this.ports;
    // What an earlier run knew may be of a log that was rolled back since.
    this.oldMarks = new OldMarksReader(this.ports, this.epoch, this.partition, this.options, this.stats);
    const { checkpoint, earlier } = await readCheckpoints(tables, this.epoch, this.partition);
    await checkLog(log, tables, this.epoch, this.partition, checkpoint);
    const last = await log.last('events', this.partition);
    this.stand = last === undefined ? standOfCheckpoint(checkpoint) : standOfEntry(last);
    this.lastIngestId = checkpoint.ingest === this.stand.ingest ? checkpoint.ingestId : '';
    this.window = await this.rebuildWindow(this.options.isTailInDoubt === true ? earlier : checkpoint, signal);
    await checkIngest(log, this.partition, this.stand.ingest, this.lastIngestId);
    this.stats.ingest = this.stand.ingest;
    this.stats.logTime = this.stand.logTime;
  }

  private async rebuildWindow(checkpoint: Checkpoint, signal: AbortSignal): Promise<DedupeWindow> {
    const { windowMs, windowIdentitiesMax, rebuildEntriesMax } = this.options;
    const create = (afterSeq: number, since: number): DedupeWindow =>
      new DedupeWindow(afterSeq, since, windowMs, windowIdentitiesMax);
    const first = await this.ports.log.first('events', this.partition);
    if (this.stand.seq === 0) return create(0, Number.NEGATIVE_INFINITY);
    // Not from the checkpoint we read: by now another may stand, behind which everything was trimmed.
    if (first === undefined) return create(this.stand.seq, this.stand.logTime);
    // Anything that reaches back to the checkpoint will do: the marks up to there are in the table.
    const after = Math.max(first.seq - 1, Math.min(checkpoint.seq, this.stand.seq - rebuildEntriesMax));
    let window: DedupeWindow | undefined;
    let previous = '';
    for await (const entry of this.entriesThrough(after, this.stand.seq, signal)) {
      const batch = decodeSettled(entry);
      this.lastIngestId = batch.ingest_id || batch.last_ingest_id || this.lastIngestId;
      // What lies before this entry may be trimmed while we read. The window begins behind the last hole.
      if (window === undefined || batch.previous !== previous) {
        const isBeginning = batch.previous === '';
        window = isBeginning ? create(0, Number.NEGATIVE_INFINITY) : create(entry.seq - 1, batch.log_time);
      }
      previous = entry.id;
      for (const { tenant, events } of batch.parts) {
        for (const event of events) {
          identityOf(tenant, event, identity);
          window.add(identity);
        }
      }
      window.commit(entry.seq, batch.log_time);
    }
    return window ?? create(this.stand.seq, this.stand.logTime);
  }

  private async *entriesThrough(after: number, through: number, signal: AbortSignal): AsyncIterable<Entry> {
    if (after >= through) return;
    const { log, clock } = this.ports;
    const reader = log.read('events', this.partition, after, signal)[Symbol.asyncIterator]();
    let next = reader.next();
    let pause: Promise<undefined> | undefined;
    while (!signal.aborted) {
      pause ??= clock.sleep(TRIMMED_CHECK_MS).then(() => undefined);
      const arrived = await Promise.race([next, pause]);
      if (arrived === undefined) {
        pause = undefined;
        // Nobody but us would append here: what is waited for may have been trimmed since.
        if (signal.aborted || (await log.at('events', this.partition, through)) !== undefined) continue;
        throw new Overtaken(`partition ${this.partition}: entry ${through} was trimmed before it was read`);
      }
      if (arrived.done === true) return;
      for (const entry of arrived.value) {
        if (entry.seq <= through) yield entry;
        if (entry.seq >= through) return void (await reader.return?.());
      }
      next = reader.next();
    }
  }

  private settleGroup(group: readonly WaitingMessage[], signal: AbortSignal): Promise<void> {
    const causes = group.flatMap(({ entry }) => entry.trace ?? []).slice(0, CAUSES_MAX);
    if (causes.length === 0) return this.settleTraced(group, signal, undefined);
    const attributes = { partition: this.partition, position: group.at(-1)!.entry.seq, messages: group.length };
    const span = this.ports.tracer?.span('settle', { causes, attributes });
    return within(span, () => this.settleTraced(group, signal, span?.traceparent ?? causes[0]));
  }

  private async settleTraced(
    group: readonly WaitingMessage[],
    signal: AbortSignal,
    trace: string | undefined,
  ): Promise<void> {
    const { skewMs } = this.options;
    const logTime = group.reduce((time, { entry }) => Math.max(time, entry.time), this.stand.logTime);
    const normalised = group.flatMap(({ batch }) => normaliseBatch(batch, logTime, this.options));
    const wanted = identitiesToLookUp(normalised, this.window, skewMs);
    const oldFirsts = await this.oldMarks.lookUp(wanted, this.window.coversAfterSeq, this.stand.seq, signal);
    if (signal.aborted) return;
    const parts = settle(normalised, this.window, oldFirsts, skewMs, this.enrich);
    await this.publish(parts, group, logTime, trace);
  }

  /** Publishes the one settled batch of these messages, or an idle one; refused when somebody else has published since. */
  private async publish(
    parts: SettledPart[],
    settled: readonly WaitingMessage[],
    time: number,
    trace?: string,
  ): Promise<void> {
    const { stand } = this;
    const logTime = Math.max(stand.logTime, time);
    const messages = settled.map(messageOf);
    const { ingest_id: ingestId, given_up: givenUp } = messages.pop() ?? { ingest_id: '' };
    const ingest = settled.at(-1)?.entry.seq ?? stand.ingest;
    const batch: SettledBatch = {
      previous: stand.id,
      ingest,
      ingest_id: ingestId,
      ...(messages.length === 0 ? {} : { before: messages }),
      ...(ingestId === '' && this.lastIngestId !== '' ? { last_ingest_id: this.lastIngestId } : {}),
      log_time: logTime,
      // Said with the events, so that whoever folds them again calls the same ones late.
      ...(parts.length === 0 ? {} : { lateness_ms: this.options.latenessMs }),
      ...(givenUp === undefined ? {} : { given_up: givenUp }),
      parts,
    };
    const encoded = encodeSettled(batch);
    const message = trace === undefined ? encoded : { ...encoded, trace };
    const { log, tables } = this.ports;
    let seq: number;
    try {
      seq = await log.append('events', this.partition, message, stand.seq);
    } catch (error) {
      throw await refusalMeans(error, log, tables, this.epoch, this.partition, stand.seq);
    }
    this.window.commit(seq, logTime);
    this.stand = { seq, id: message.id, ingest, logTime };
    if (ingestId !== '') this.lastIngestId = ingestId;
    this.publishedAt = this.ports.clock.now();
    this.count(parts);
  }

  /** Adds the place's name and its local time. */
  private readonly enrich: Enrich = (tenant: string, event: CanonicalEvent): CanonicalEvent => {
    const location = event.location_id === '' ? undefined : this.ports.reference.location(tenant, event.location_id);
    const offset = utcOffsetMinutes(location?.timeZone ?? this.options.defaultTimeZone, event.time) ?? 0;
    if (offset !== 0) event.utc_offset_minutes = offset;
    if (location?.name !== undefined) event.location_name = location.name;
    return event;
  };

  private count(parts: readonly SettledPart[]): void {
    const { stats } = this;
    stats.batches++;
    stats.ingest = this.stand.ingest;
    stats.logTime = this.stand.logTime;
    stats.windowIdentities = this.window.size;
    for (const part of parts) {
      stats.applied += part.events.length;
      stats.duplicates += part.duplicates.length;
      for (const { reason } of part.rejections) stats.rejected[reason] = (stats.rejected[reason] ?? 0) + 1;
    }
  }
}

/** How long entries that must be there are waited for before it is asked whether they still are. */
const TRIMMED_CHECK_MS = 1_000;

const identity = { hi: 0, lo: 0 };

function messageOf({ entry, batch }: WaitingMessage): SettledMessage {
  return { ingest_id: entry.id, ...(batch.given_up === undefined ? {} : { given_up: batch.given_up }) };
}

function standOfCheckpoint({ seq, entry, ingest, logTime }: Checkpoint): Stand {
  return { seq, id: entry, ingest, logTime };
}

function standOfEntry(entry: Entry): Stand {
  const batch = decodeSettled(entry);
  return { seq: entry.seq, id: entry.id, ingest: batch.ingest, logTime: batch.log_time };
}
