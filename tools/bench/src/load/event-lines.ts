/**
 * Events as bytes, made beforehand: a request is a copy of a template in which ids, places and times are overwritten. Making an
 * event this way costs a few tenths of a microsecond, so that the machine's two cores are left to the product.
 *
 * Line n of a run is a pure function of n. Four lines in a row are seated, placed, completed and paid of four different visits:
 * each stage of a visit comes some seconds after the one before, and not in the batch that made it. Real visits take half an hour: with
 * stages as far apart (`--visit-minutes`) orders have left the memory when they are wanted again.
 */
import { eventText, idDigits, placeDigits, writeNumber, type EventText } from './event-text.js';
import type { RequestSizes } from './request-sizes.js';

export interface LinesOptions {
  /** Events a second, so that the stages of a visit are `stageLagSeconds` apart. */
  readonly rate: number;
  /** Two when it is not given. */
  readonly stageLagSeconds?: number | undefined;
  readonly locations: number;
  readonly sizes: RequestSizes;
  /** Share of lines that repeat an earlier one: ten thousand lines earlier, or a few when `repeatsAtOnce`. */
  readonly duplicates: number;
  /** For a sequence that is slow, as that of one tenant of many: it would never come to repeat what lies ten thousand lines back. */
  readonly repeatsAtOnce?: boolean;
  /** Share of events that happened between half a minute and 25 minutes before they are sent. */
  readonly late: number;
  /** Share of lines that the product has to refuse: their time is none. */
  readonly malformed: number;
  /** Makes ids unique among runs on one product; eight characters. */
  readonly tag: string;
}

/** What the product must have counted. */
export interface Expected {
  readonly applied: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly revenueCents: number;
  readonly payments: number;
}

/** Before a text repeats itself; ids, times and places never do. */
const templateLines = 10_000;
const defaultStageLagSeconds = 2;
/** A line that repeats another tells the one so many lines before it, beyond the whole rounds of texts. */
const repeatLines = 4;
/** Mostly as it happens, some a little late. Milliseconds. */
const promptMs = [0, 0, 0, 5, 10, 20, 40, 80, 150, 300, 500, 800, 1_200, 2_000];
const lateMs = [30_000, 290_000, 290_000, 1_500_000];
export const latenessMaxMs = Math.max(...lateMs);

interface Template {
  readonly bytes: Buffer;
  readonly starts: Int32Array;
}

export class EventLines {
  readonly #options: LinesOptions;
  readonly #texts: EventText[] = [];
  readonly #templates: Template[] = [];
  readonly #duplicateEvery: number;
  readonly #malformedEvery: number;
  readonly #lateEvery: number;
  readonly #lagVisits: number;
  readonly #repeatDistance: number;
  readonly #isoByLateness: string[] = [];
  #isoOf = -1;

  constructor(options: LinesOptions) {
    const { sizes } = options;
    if (templateLines % sizes.events !== 0) throw new RangeError(`a batch has to divide ${templateLines}`);
    this.#options = options;
    const every = (share: number): number => (share > 0 ? Math.max(2, Math.round(1 / share)) : 0);
    this.#duplicateEvery = every(options.duplicates);
    this.#malformedEvery = every(options.malformed);
    this.#lateEvery = every(options.late);
    const { rate, stageLagSeconds = defaultStageLagSeconds } = options;
    this.#lagVisits = Math.max(1, Math.round((rate / 4) * stageLagSeconds));
    this.#repeatDistance = repeatLines + (options.repeatsAtOnce === true ? 0 : templateLines);
    for (let line = 0; line < templateLines; line++) {
      // A line that repeats another has its text.
      const told = this.#isRepeat(line) ? line - repeatLines : line;
      this.#texts.push(eventText(told, options.tag, this.#isMalformed(told)));
    }
    const requests = (templateLines / sizes.events) * sizes.cycle.length;
    for (let request = 0; request < requests; request++) {
      const first = sizes.firstLineOf(request);
      const texts = this.#texts.slice(first, first + sizes.sizeOf(request)).map(({ text }) => text);
      const starts = new Int32Array(texts.length);
      let length = 0;
      texts.forEach((text, index) => {
        starts[index] = length;
        length += text.length + 1;
      });
      this.#templates.push({ bytes: Buffer.from(`${texts.join('\n')}\n`), starts });
    }
  }

  get sizes(): RequestSizes {
    return this.#options.sizes;
  }

  /** Length of the body of a request, in bytes. */
  length(request: number): number {
    return this.#templateOf(request).bytes.length;
  }

  /** Writes the body of a request; `timeOf` says when (epoch milliseconds) a request was or will be due. */
  write(request: number, target: Buffer, offset: number, timeOf: (request: number) => number): void {
    const { sizes } = this.#options;
    const { bytes, starts } = this.#templateOf(request);
    bytes.copy(target, offset);
    const now = Math.floor(timeOf(request));
    const first = sizes.firstLineOf(request);
    for (let index = 0; index < starts.length; index++) {
      const line = first + index;
      const told = this.toldBy(line);
      const time = told === line ? this.#iso(now, told) : isoOf(timeOf(sizes.requestOf(told)), this.#latenessOf(told));
      this.#patch(target, offset + (starts[index] as number), told, time);
    }
  }

  /** The line whose event this line tells: itself, or the earlier one it repeats. */
  toldBy(line: number): number {
    return this.#isRepeat(line) ? line - this.#repeatDistance : line;
  }

  /** What the product must have counted once the first `lines` lines are in. */
  expected(lines: number): Expected {
    const result = { applied: 0, duplicates: 0, rejected: 0, revenueCents: 0, payments: 0 };
    for (let line = 0; line < lines; line++) {
      if (this.#isMalformed(line)) {
        result.rejected++;
        continue;
      }
      if (this.#isRepeat(line) && this.toldBy(line) >= 0) {
        result.duplicates++;
        continue;
      }
      // In its first round a repeating line is the first to tell its event.
      result.applied++;
      const { cents } = this.#texts[line % templateLines] as EventText;
      result.revenueCents += cents;
      if (cents > 0) result.payments++;
    }
    return result;
  }

  #isRepeat(line: number): boolean {
    // Never within the first lines of a template, so that what it repeats is in the same template; never a repeated repeat.
    const place = inTemplate(line);
    return this.#duplicateEvery > 0 && place >= 8 && place % this.#duplicateEvery === this.#duplicateEvery - 1;
  }

  #isMalformed(line: number): boolean {
    // What is refused has no duplicate: it was never counted.
    const place = inTemplate(line);
    return (
      this.#malformedEvery > 0 &&
      place % this.#malformedEvery === this.#malformedEvery >> 1 &&
      !this.#isRepeat(place) &&
      !this.#isRepeat(place + repeatLines)
    );
  }

  #templateOf(request: number): Template {
    return this.#templates[request % this.#templates.length] as Template;
  }

  #patch(target: Buffer, position: number, told: number, time: string): void {
    const type = ((told % 4) + 4) % 4;
    // Offset, so that the visits which began before the run have numbers, too.
    const visit = Math.floor(told / 4) - type * this.#lagVisits + 1_000_000_000;
    const { slots } = this.#texts[inTemplate(told)] as EventText;
    writeNumber(target, position + slots.id, visit * 4 + type, idDigits);
    if (slots.time >= 0) target.write(time, position + slots.time, 'latin1');
    writeNumber(target, position + slots.place, (visit * 7_919) % this.#options.locations, placeDigits);
    writeNumber(target, position + slots.table, visit % 20, 2);
    if (slots.order >= 0) writeNumber(target, position + slots.order, visit, idDigits);
  }

  /** Index into the prompt and then the late ones. */
  #latenessOf(line: number): number {
    const group = (line >> 2) + 1_000_000;
    if (this.#lateEvery > 0 && group % this.#lateEvery === 0) {
      return promptMs.length + ((group / this.#lateEvery) % lateMs.length);
    }
    return group % promptMs.length;
  }

  /** Times of one request are written out once for each lateness, not once for each line. */
  #iso(now: number, line: number): string {
    if (now !== this.#isoOf) {
      this.#isoOf = now;
      this.#isoByLateness.length = 0;
    }
    const lateness = this.#latenessOf(line);
    return (this.#isoByLateness[lateness] ??= isoOf(now, lateness));
  }
}

const inTemplate = (line: number): number => ((line % templateLines) + templateLines) % templateLines;

function isoOf(time: number, lateness: number): string {
  return new Date(
    Math.floor(time) - (promptMs[lateness] ?? (lateMs[lateness - promptMs.length] as number)),
  ).toISOString();
}
