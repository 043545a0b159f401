/**
 * What the simulated terminals send: guests of two tenants at a few places, whose ids overlap on purpose. Some events come twice,
 * some late, some from the future, some make no sense. A sender repeats a request until it is answered.
 */
import { partitionOf } from '@ticketrail/core';
import { Overloaded, type Batcher, type Share } from '@ticketrail/pipeline';
import type { Choices } from './choices.js';
import type { Scheduler } from './scheduler.js';
import type { Sometimes } from './sometimes.js';
import { sentEvent, type SentEvent } from './sent-event.js';
import { HORIZON_MS, SKEW_MS } from './settings.js';

export const TENANTS = ['north', 'south'];
const LOCATIONS = ['loc-1', 'loc-2', 'loc-3'];
const HOUR_MS = 3_600_000;

/** A sender that was not answered at all tries again after this long. */
const PATIENCE_MS = 900;

export class Workload {
  /** Everything ever sent, by tenant, location and id. */
  readonly sent = new Map<string, SentEvent>();
  /** Keys of events that were answered with 202. */
  readonly acknowledged = new Set<string>();
  private readonly list: SentEvent[] = [];
  private outstanding = 0;
  private isOver = false;
  private number = 0;

  /** @param collector one of the collectors that run now */
  constructor(
    private readonly scheduler: Scheduler,
    private readonly choices: Choices,
    private readonly sometimes: Sometimes,
    private readonly partitions: number,
    private readonly collector: () => Batcher,
  ) {}

  /** Sends requests until `until`. */
  begin(until: number): void {
    const { choices, scheduler } = this;
    const next = (): void => {
      if (scheduler.now() >= until) {
        this.isOver = true;
        return;
      }
      this.request(choices.pick(TENANTS), choices.integer(1, 5));
      scheduler.in(choices.chance(0.2) ? choices.integer(200, 900) : choices.integer(5, 150), next);
    };
    next();
  }

  /** Whether everything was sent and answered. */
  get isDone(): boolean {
    return this.isOver && this.outstanding === 0;
  }

  private request(tenant: string, count: number): void {
    const events = Array.from({ length: count }, () => this.event(tenant));
    this.outstanding++;
    const attempt = (): void => {
      let isSettled = false;
      const settle = (isTaken: boolean): void => {
        if (isSettled) return;
        isSettled = true;
        if (isTaken) {
          for (const { key } of events) this.acknowledged.add(key);
          // Now and then the answer is lost, and the sender repeats what was taken.
          if (!this.choices.chance(0.06)) {
            this.outstanding--;
            return;
          }
          this.sometimes.saw('a sender repeated what was taken');
        }
        this.scheduler.in(this.choices.integer(5, 400), attempt);
      };
      this.collector()
        .take(tenant, this.shares(tenant, events))
        .then(
          () => settle(true),
          (error: unknown) => {
            if (error instanceof Overloaded) this.sometimes.saw('a sender was refused');
            settle(false);
          },
        );
      // The collector may have died.
      this.scheduler.in(PATIENCE_MS, () => settle(false));
    };
    attempt();
  }

  private shares(tenant: string, events: readonly SentEvent[]): Share[] {
    const shares = new Map<number, Share & { events: { text: string; value: unknown }[] }>();
    for (const { locationId, text, value } of events) {
      const partition = partitionOf(tenant, locationId, this.partitions);
      const share = shares.get(partition) ?? { partition, events: [] };
      share.events.push({ text, value });
      shares.set(partition, share);
    }
    return [...shares.values()];
  }

  private event(tenant: string): SentEvent {
    const { choices } = this;
    if (this.list.length > 0 && choices.chance(0.14)) {
      const known = choices.chance(0.5) ? choices.pick(this.list) : this.list.at(-1)!;
      if (known.tenant === tenant) return known;
    }
    this.number++;
    // Ids are shared between places and tenants: an event is identified by all three.
    const id = choices.chance(0.85) ? `e${this.number}` : `e${Math.max(1, this.number - choices.integer(1, 4))}`;
    const locationId = choices.pick(LOCATIONS);
    const event = sentEvent(choices, { tenant, locationId, id, time: this.eventTime() });
    const known = this.sent.get(event.key);
    if (known !== undefined) return known;
    this.sent.set(event.key, event);
    this.list.push(event);
    return event;
  }

  private eventTime(): number {
    const { choices } = this;
    const now = Math.floor(this.scheduler.now());
    const kind = choices.fraction();
    if (kind < 0.6) return now - choices.integer(0, 3_000);
    if (kind < 0.75) return now + choices.integer(0, SKEW_MS - 100);
    if (kind < 0.9) return now - choices.integer(3_000, 120_000);
    if (kind < 0.96) return now - choices.integer(0, 3 * HOUR_MS);
    return kind < 0.98 ? now - HORIZON_MS - choices.integer(-200, 5_000) : now + SKEW_MS + choices.integer(-200, 5_000);
  }
}
