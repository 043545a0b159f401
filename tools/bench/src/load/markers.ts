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
 * event-to-queryable is therefore an upper bound. The stream is no cheaper way: it tells a topic some times a second.
 *
 * Places take turns, whether or not an earlier marker is still waited for there: a part of the product that stands still gets its share
 * of the markers, and is charged for each.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Product } from '../product/product.js';
import { ConnectionPool } from './connection-pool.js';
import { Latencies } from './latencies.js';

const placesCount = 64;
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

/** A marker that was taken and not yet seen. */
interface Awaited {
  /** What the place's order_count is once it is counted. */
  readonly expected: number;
  /** On the performance clock. */
  readonly due: number;
  readonly isMeasured: boolean;
}

/** A location of the measurement's own. */
interface Place {
  readonly locationId: string;
  readonly tenant: number;
  /** Markers sent to it. */
  told: number;
  /** In the order in which they were answered. */
  awaited: Awaited[];
}

export class Markers {
  readonly latencies = new Latencies();
  readonly queries = new Latencies();
  sent = 0;
  /** Never seen, although waited for. */
  lost = 0;
  readonly #pool: ConnectionPool;
  readonly #places: (Place | undefined)[] = Array.from({ length: placesCount });
  #named = 0;
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
    this.#pool = new ConnectionPool(product.apiUrl, placesCount);
  }

  /**
   * A marker for the request that is due at `due` (performance clock) and `time` (epoch).
   * @param tenant whose request it is, by number
   * @param isMeasured whether its latency counts; false while the product warms up
   */
  next(tenant: number, due: number, time: number, isMeasured: boolean): Marker {
    const place = this.#placeFor(tenant);
    this.sent++;
    this.sentBy[tenant] = (this.sentBy[tenant] as number) + 1;
    const expected = ++place.told;
    return {
      line: JSON.stringify({
        event_id: `evt_${place.locationId}_${expected}`,
        event_type: 'payment',
        timestamp: new Date(time).toISOString(),
        location_id: place.locationId,
        location_name: 'Marker',
        table_id: 'table_1',
        order_id: `ord_${place.locationId}_${expected}`,
        subtotal: 1,
        tax: 0,
        tip: 0,
        total_amount: 1,
        payment_method: 'cash',
      }),
      watch: () => this.#await(place, { expected, due, isMeasured }),
    };
  }

  /** Waits for the last of them. */
  async finish(): Promise<void> {
    await Promise.all(this.#watching);
    this.#pool.close();
  }

  #placeFor(tenant: number): Place {
    const turn = this.sent % placesCount;
    let place = this.#places[turn];
    if (place === undefined || place.told >= this.#markersPerName) {
      place = { locationId: `loc_${this.tag}_marker_${this.#named++}`, tenant, told: 0, awaited: [] };
      this.#places[turn] = place;
    }
    return place;
  }

  #await(place: Place, marker: Awaited): void {
    place.awaited.push(marker);
    if (place.awaited.length > 1) return;
    const watching = this.#watch(place).finally(() => this.#watching.delete(watching));
    this.#watching.add(watching);
  }

  /** Until none is awaited there. */
  async #watch(place: Place): Promise<void> {
    const request = Buffer.from(
      `GET /v1/revenue/live?window=1h&location_id=${place.locationId} HTTP/1.1\r\nHost: ${this.product.apiUrl.host}\r\n` +
        `Authorization: Bearer ${this.product.keys[place.tenant]}\r\n\r\n`,
    );
    for (;;) {
      const counted = await this.#ask(request, place.locationId);
      const now = performance.now();
      place.awaited = place.awaited.filter(({ expected, due, isMeasured }) => {
        const isSeen = counted >= expected;
        if (isSeen && isMeasured) this.latencies.record(now - due, due);
        const isLost = !isSeen && now - due >= givenUpAfterMs;
        if (isLost) this.lost++;
        return !isSeen && !isLost;
      });
      const [first] = place.awaited;
      if (first === undefined) return;
      await sleep(Math.max(intervalMs, (now - first.due) / 16));
    }
  }

  /** How many markers are counted there; none when the product does not say. */
  async #ask(request: Buffer, locationId: string): Promise<number> {
    const asked = performance.now();
    const response = await this.#pool.send(request).catch(() => undefined);
    if (response?.status !== 200) return 0;
    this.queries.record(performance.now() - asked, asked);
    const { rows } = JSON.parse(response.body) as { rows: { location_id: string; order_count: number }[] };
    return rows.find((row) => row.location_id === locationId)?.order_count ?? 0;
  }
}
