/**
 * From the till to the answer: how long until the product's own API tells of an event.
 *
 * Method: now and then a request of the load carries one line more, a payment at a place that belongs to the measurement. From
 * then on `GET /v1/revenue/live?location_id=…` is asked again and again until the place's order_count contains it. The latency
 * runs from the moment the request was due (not sent) to the moment the answer had been read.
 *
 * The watching must not load the api. So it begins when the request was answered (an event that has not been taken cannot be
 * counted, but for the time an answer travels), and it asks every 4 ms, from 64 ms on at intervals of a sixteenth of the time it
 * has waited: the figure is late by at most 4 ms or 6 %, plus the query itself; it is never early. What a run reports as
 * event-to-queryable is therefore an upper bound. The stream is no cheaper way: it tells a topic at most every 250 ms.
 * A place has one marker on its way at a time; with all places busy a marker is left out, and counted as such.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Product } from '../product/product.js';
import { ConnectionPool } from './connection-pool.js';
import { Latencies } from './latencies.js';

const places = 64;
/** Then a place gets a new name, so that the window it is asked for holds all of its payments however long the run is. */
const markersPerName = 100;
const intervalMs = 4;
const givenUpAfterMs = 60_000;

export interface Marker {
  /** To be added to the request. */
  readonly line: string;
  /** Begins the watching; to be called when the request was answered. */
  readonly watch: () => void;
}

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

  /** By the number of the tenant. */
  readonly sentBy: Int32Array;
  readonly #markersPerName: number;

  constructor(
    private readonly product: Product,
    private readonly tag: string,
  ) {
    this.sentBy = new Int32Array(product.keys.length);
    // With several tenants a place is another tenant's each time, and what it is to contain is known of a new one only.
    this.#markersPerName = product.keys.length === 1 ? markersPerName : 1;
    this.#pool = new ConnectionPool(product.apiUrl, places);
  }

  /**
   * A marker for the request that is due at `due` (performance clock) and `time` (epoch); undefined when all places are busy.
   * @param tenant whose request it is, by number
   * @param isMeasured whether its latency counts; false while the product warms up
   */
  next(tenant: number, due: number, time: number, isMeasured: boolean): Marker | undefined {
    // The place used last is used again, so that few are used.
    const place = this.#free.pop();
    if (place === undefined) {
      this.skipped++;
      return undefined;
    }
    this.sent++;
    this.sentBy[tenant] = (this.sentBy[tenant] as number) + 1;
    const told = this.#told[place] as number;
    this.#told[place] = told + 1;
    const name = `${this.tag}_marker_${place}_${Math.floor(told / this.#markersPerName)}`;
    const expected = (told % this.#markersPerName) + 1;
    return {
      line: JSON.stringify({
        event_id: `evt_${name}_${expected}`,
        event_type: 'payment',
        timestamp: new Date(time).toISOString(),
        location_id: `loc_${name}`,
        location_name: 'Marker',
        table_id: 'table_1',
        order_id: `ord_${name}_${expected}`,
        subtotal: 1,
        tax: 0,
        tip: 0,
        total_amount: 1,
        payment_method: 'cash',
      }),
      watch: () => {
        const watching = this.#watch(tenant, `loc_${name}`, expected, due, isMeasured).finally(() => {
          this.#watching.delete(watching);
          this.#free.push(place);
        });
        this.#watching.add(watching);
      },
    };
  }

  /** Waits for the last of them. */
  async finish(): Promise<void> {
    await Promise.all(this.#watching);
    this.#pool.close();
  }

  async #watch(tenant: number, locationId: string, expected: number, due: number, isMeasured: boolean): Promise<void> {
    const request = Buffer.from(
      `GET /v1/revenue/live?window=1h&location_id=${locationId} HTTP/1.1\r\nHost: ${this.product.apiUrl.host}\r\n` +
        `Authorization: Bearer ${this.product.keys[tenant]}\r\n\r\n`,
    );
    while (performance.now() - due < givenUpAfterMs) {
      const asked = performance.now();
      const response = await this.#pool.send(request).catch(() => undefined);
      if (response?.status === 200) {
        const answered = performance.now();
        if (isMeasured) this.queries.record(answered - asked);
        const { rows } = JSON.parse(response.body) as { rows: { location_id: string; order_count: number }[] };
        const counted = rows.find((row) => row.location_id === locationId)?.order_count ?? 0;
        if (counted >= expected) {
          if (isMeasured) this.latencies.record(answered - due, due);
          return;
        }
      }
      await sleep(Math.max(intervalMs, (performance.now() - due) / 16));
    }
    this.lost++;
  }
}
