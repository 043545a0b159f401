/**
 * Events as bytes, made beforehand: a request is a copy of a template in which ids, places and times are overwritten. Making an
 * event this way costs a few tenths of a microsecond, so that the machine's two cores are left to the product.
 *
 * Line n of a run is a pure function of n. Four lines in a row are seated, placed, completed and paid of four different visits:
 * each stage of a visit comes some seconds after the one before, as in real life, so that rows are found cold and not in the
 * batch that made them.
 */
export interface LinesOptions {
  readonly rate: number;
  readonly locations: number;
  readonly batch: number;
  /** Share of lines that repeat an earlier one; each of them repeats one of an earlier request. */
  readonly duplicates: number;
  /** Makes ids unique among runs on one product; eight characters. */
  readonly tag: string;
}

/** Before a text repeats itself; ids, times and places never do. */
const templateLines = 10_000;
const stageLagSeconds = 2;
const digits = 12;
const tagLength = 8;
const idSlot = '0'.repeat(digits);
const timeSlot = '2000-01-01T00:00:00.000Z';
const placeDigits = 6;
/** Mostly as it happens, some a little late, one in sixteen up to five minutes. Milliseconds. */
const latenessMs = [0, 0, 0, 5, 10, 20, 40, 80, 150, 300, 500, 800, 1_200, 2_000, 20_000, 290_000];

interface Template {
  readonly bytes: Buffer;
  readonly starts: Int32Array;
}

/** Where each slot stands in a line, from the line's beginning; -1 where a line has no such slot. */
interface Slots {
  readonly id: number;
  readonly time: number;
  readonly place: number;
  readonly table: number;
  readonly order: number;
}

export class EventLines {
  readonly #options: LinesOptions;
  readonly #texts: string[] = [];
  readonly #cents: number[] = [];
  readonly #slots: Slots[] = [];
  readonly #templates: Template[] = [];
  readonly #duplicateEvery: number;
  readonly #lagVisits: number;
  readonly #isoByLateness: string[] = [];
  #isoOf = -1;

  constructor(options: LinesOptions) {
    if (templateLines % options.batch !== 0) throw new Error(`a batch has to divide ${templateLines}`);
    this.#options = options;
    this.#duplicateEvery = options.duplicates > 0 ? Math.round(1 / options.duplicates) : 0;
    this.#lagVisits = Math.max(1, Math.round((options.rate / 4) * stageLagSeconds));
    for (let line = 0; line < templateLines; line++) {
      // A line that repeats another has its text.
      const [text, cents] = lineText(this.#isRepeat(line) ? line - 4 : line, options);
      this.#texts.push(text);
      this.#cents.push(cents);
      const slot = (before: string): number => (text.includes(before) ? text.indexOf(before) + before.length : -1);
      this.#slots.push({
        id: slot(`"evt_${runTag(options)}`),
        time: text.indexOf(timeSlot),
        place: slot('"location_id":"loc_'),
        table: slot('"table_id":"table_'),
        order: slot(`"ord_${runTag(options)}`),
      });
    }
    for (let first = 0; first < templateLines; first += options.batch) {
      const texts = this.#texts.slice(first, first + options.batch);
      const starts = new Int32Array(options.batch);
      let length = 0;
      texts.forEach((text, index) => {
        starts[index] = length;
        length += text.length + 1;
      });
      this.#templates.push({ bytes: Buffer.from(`${texts.join('\n')}\n`), starts });
    }
  }

  /** Length of the body of a request, in bytes. */
  length(request: number): number {
    return this.#templateOf(request).bytes.length;
  }

  /** Writes the body of a request; `timeOf` says when (epoch milliseconds) a request was or will be due. */
  write(request: number, target: Buffer, offset: number, timeOf: (request: number) => number): void {
    const { batch } = this.#options;
    const template = this.#templateOf(request);
    template.bytes.copy(target, offset);
    const now = Math.floor(timeOf(request));
    for (let index = 0; index < batch; index++) {
      const line = request * batch + index;
      const told = this.toldBy(line);
      const position = offset + (template.starts[index] as number);
      const time =
        told === line ? this.#iso(now, told) : this.#isoOfRepeat(Math.floor(timeOf(Math.floor(told / batch))), told);
      this.#patch(target, position, told, time);
    }
  }

  /** The line whose event this line tells: itself, or the earlier one it repeats. */
  toldBy(line: number): number {
    return this.#isRepeat(line) ? line - templateLines - 4 : line;
  }

  /** What the product must have counted once the first `lines` lines are in. */
  expected(lines: number): { applied: number; duplicates: number; revenueCents: number; payments: number } {
    const result = { applied: 0, duplicates: 0, revenueCents: 0, payments: 0 };
    for (let line = 0; line < lines; line++) {
      if (this.#isRepeat(line) && this.toldBy(line) >= 0) {
        result.duplicates++;
        continue;
      }
      // In its first round a repeating line is the first to tell its event.
      result.applied++;
      const cents = this.#cents[line % templateLines] as number;
      result.revenueCents += cents;
      if (cents > 0) result.payments++;
    }
    return result;
  }

  #isRepeat(line: number): boolean {
    // Never within the first lines of a template, so that what it repeats is in the same template; never a repeated repeat.
    return (
      this.#duplicateEvery > 0 &&
      line % templateLines >= 8 &&
      (line % templateLines) % this.#duplicateEvery === this.#duplicateEvery - 1
    );
  }

  #templateOf(request: number): Template {
    return this.#templates[request % this.#templates.length] as Template;
  }

  #patch(target: Buffer, position: number, told: number, time: string): void {
    const type = ((told % 4) + 4) % 4;
    // Offset, so that the visits which began before the run have numbers, too.
    const visit = Math.floor(told / 4) - type * this.#lagVisits + 1_000_000_000;
    const slots = this.#slots[((told % templateLines) + templateLines) % templateLines] as Slots;
    writeNumber(target, position + slots.id, visit * 4 + type, digits);
    target.write(time, position + slots.time, 'latin1');
    writeNumber(target, position + slots.place, (visit * 7_919) % this.#options.locations, placeDigits);
    writeNumber(target, position + slots.table, visit % 20, 2);
    if (slots.order >= 0) writeNumber(target, position + slots.order, visit, digits);
  }

  /** Times of one request are written out once for each lateness, not once for each line. */
  #iso(now: number, line: number): string {
    if (now !== this.#isoOf) {
      this.#isoOf = now;
      this.#isoByLateness.length = 0;
    }
    const lateness = (line >> 2) % latenessMs.length;
    return (this.#isoByLateness[lateness] ??= new Date(now - (latenessMs[lateness] as number)).toISOString());
  }

  #isoOfRepeat(then: number, line: number): string {
    const lateness = (((line >> 2) % latenessMs.length) + latenessMs.length) % latenessMs.length;
    return new Date(then - (latenessMs[lateness] as number)).toISOString();
  }
}

function writeNumber(target: Buffer, position: number, value: number, width: number): void {
  let rest = value;
  for (let at = position + width - 1; at >= position; at--) {
    const tens = Math.floor(rest / 10);
    target[at] = 48 + (rest - tens * 10);
    rest = tens;
  }
}

const runTag = (options: LinesOptions): string => options.tag.padEnd(tagLength, '_').slice(0, tagLength);

/** One line with its slots still empty, and what it pays. */
function lineText(line: number, options: LinesOptions): [text: string, cents: number] {
  const type = ['table_seated', 'order_placed', 'order_completed', 'payment'][line % 4] as string;
  const event: Record<string, unknown> = {
    event_id: `evt_${runTag(options)}${idSlot}`,
    event_type: type,
    timestamp: timeSlot,
    location_id: `loc_${'0'.repeat(placeDigits)}`,
    location_name: `Restaurant on ${line % 97}th Street`,
    table_id: 'table_00',
  };
  if (type !== 'table_seated') event['order_id'] = `ord_${runTag(options)}${idSlot}`;
  const subtotal = 1_000 + ((line * 37) % 9_000);
  const money = (cents: number): number => Number((cents / 100).toFixed(2));
  if (type === 'table_seated') Object.assign(event, { party_size: 1 + (line % 6), server_id: `server_${line % 40}` });
  if (type === 'order_placed') {
    const item = (number: number): object => ({
      item_id: `item_${number % 120}`,
      item_name: `Dish No ${number % 120}`,
      category: ['Pizza', 'Salad', 'Drink'][number % 3],
      price: money(subtotal),
      quantity: 1,
    });
    Object.assign(event, {
      server_id: `server_${line % 40}`,
      items: [item(line), item(line * 7 + 1)],
      subtotal: money(subtotal * 2),
    });
  }
  if (type === 'order_completed') event['kitchen_time_minutes'] = 5 + (line % 30);
  if (type !== 'payment') return [JSON.stringify(event), 0];
  const [tax, tip] = [Math.round(subtotal * 0.09), Math.round(subtotal * 0.15)];
  const total = subtotal + tax + tip;
  Object.assign(event, {
    subtotal: money(subtotal),
    tax: money(tax),
    tip: money(tip),
    total_amount: money(total),
    payment_method: 'credit_card',
  });
  return [JSON.stringify(event), total];
}
