/**
 * From the till to the answer: how long until the product's own API tells of an event.
 *
 * Method: now and then a request of the load carries one line more, a payment at a place that belongs to the measurement. From
 * then on `GET /v1/revenue/live?location_id=…` is asked again and again until the place's order_count contains it. The latency
 * runs from the moment the request was due (not sent) to the moment the answer had been read.
 *
 * Resolution: a place is asked every 2 ms, and from 32 ms on at intervals of a sixteenth of the time it has waited, so the figure
 * is late by at most 2 ms or 6 %, plus the query itself; it is never early. What a run reports as event-to-queryable is
 * therefore an upper bound. A place has one marker on its way at a time; with all places busy a marker is left out, and counted as such.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionPool } from './connection-pool.js';
import { Latencies } from './latencies.js';
import type { Product } from './product.js';

const places = 64;
const intervalMs = 2;
const givenUpAfterMs = 60_000;

export class Markers {
  readonly latencies = new Latencies();
  readonly queries = new Latencies();
  sent = 0;
  skipped = 0;
  /** Never seen, although waited for. */
  lost = 0;
  readonly #pool: ConnectionPool;
  readonly #free = Array.from({ length: places }, (_, place) => place);
  readonly #told = new Int32Array(places);
  readonly #watching = new Set<Promise<void>>();

  constructor(
    private readonly product: Product,
    private readonly tag: string,
  ) {
    this.#pool = new ConnectionPool(product.url, places);
  }

  /** A line to be added to the request that is due at `due` (performance clock) and `time` (epoch); empty when all places are busy. */
  next(due: number, time: number): string {
    const place = this.#free.shift();
    if (place === undefined) {
      this.skipped++;
      return '';
    }
    this.sent++;
    const expected = (this.#told[place] = (this.#told[place] as number) + 1);
    const watching = this.#watch(place, expected, due).finally(() => this.#watching.delete(watching));
    this.#watching.add(watching);
    return JSON.stringify({
      event_id: `evt_${this.tag}_marker_${place}_${expected}`,
      event_type: 'payment',
      timestamp: new Date(time).toISOString(),
      location_id: this.#nameOf(place),
      location_name: 'Marker',
      table_id: 'table_1',
      order_id: `ord_${this.tag}_marker_${place}_${expected}`,
      subtotal: 1,
      tax: 0,
      tip: 0,
      total_amount: 1,
      payment_method: 'cash',
    });
  }

  /** Waits for the last of them. */
  async finish(): Promise<void> {
    await Promise.all(this.#watching);
    this.#pool.close();
  }

  #nameOf(place: number): string {
    return `loc_${this.tag}_marker_${place}`;
  }

  async #watch(place: number, expected: number, due: number): Promise<void> {
    const request = Buffer.from(
      `GET /v1/revenue/live?window=1h&location_id=${this.#nameOf(place)} HTTP/1.1\r\nHost: ${this.product.url.host}\r\n` +
        `Authorization: Bearer ${this.product.key}\r\n\r\n`,
    );
    while (performance.now() - due < givenUpAfterMs) {
      await sleep(Math.max(intervalMs, (performance.now() - due) / 16));
      const asked = performance.now();
      const response = await this.#pool.send(request).catch(() => undefined);
      if (response?.status !== 200) continue;
      const answered = performance.now();
      this.queries.record(answered - asked);
      const { rows } = JSON.parse(response.body) as { rows: { location_id: string; order_count: number }[] };
      const counted = rows.find((row) => row.location_id === this.#nameOf(place))?.order_count ?? 0;
      if (counted >= expected) {
        this.latencies.record(answered - due);
        this.#free.push(place);
        return;
      }
    }
    this.lost++;
  }
}
