import type { Key, Row, TableSpec } from '@ticketrail/core';
import { Tables, type ClusteringRange, type RowWrite } from '@ticketrail/pipeline';
import { draw, type TableFaults } from './faults.js';
import type { Link } from './link.js';
import type { Sometimes } from './sometimes.js';
import { Unreachable } from './unreachable.js';

/** How long a writer waits for an answer before it is told that there is none. */
const ANSWER_MS = 150;

/** What the tables say while they are away altogether. */
export interface TablesWeather {
  faults(): TableFaults;
  isAway(): boolean;
}

/** The tables as one process sees them: a call is neither atomic nor prompt, and may be done though it failed. */
export class RemoteTables extends Tables {
  constructor(
    private readonly link: Link,
    private readonly stored: Tables,
    private readonly weather: TablesWeather,
    /** Told of each group of rows just before it is stored. */
    private readonly onStore: (rows: readonly RowWrite[]) => void,
    private readonly sometimes: Sometimes,
  ) {
    super();
  }

  override read(table: TableSpec, keys: readonly Key[]): Promise<(Row | undefined)[]> {
    return this.link.call(() => this.answer(() => this.stored.read(table, keys)));
  }

  override scan(table: TableSpec, partition: Key, range?: ClusteringRange): Promise<Row[]> {
    return this.link.call(() => this.answer(() => this.stored.scan(table, partition, range)));
  }

  override get syncMs(): number {
    return this.stored.syncMs;
  }

  override life(): Promise<string> {
    return this.link.call(() => this.answer(() => this.stored.life()));
  }

  override write(rows: readonly RowWrite[]): Promise<void> {
    const { link, sometimes } = this;
    const { refused, unanswered, partial, late } = this.weather.faults();
    const fault = this.weather.isAway() ? 'refused' : draw(link.choices, { refused, unanswered, partial, late });
    if (fault !== undefined) sometimes.saw(`a write was ${fault}`);
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(new Unreachable(`the simulated tables: ${fault}`));
      if (fault === 'late') link.scheduler.in(ANSWER_MS, () => link.deliver(fail));
      const groups = this.groupsOf(rows);
      let left = groups.length;
      for (const group of groups) {
        const isLost = fault === 'refused' || (fault === 'partial' && link.choices.chance(0.5));
        const ms = fault === 'late' ? ANSWER_MS + link.choices.integer(0, 2_500) : link.drawLatency();
        link.there(() => {
          if (!isLost) this.store(group);
          if (--left > 0 || fault === 'late') return;
          link.back(fault === undefined ? resolve : fail);
        }, ms);
      }
    });
  }

  private store(group: readonly RowWrite[]): void {
    this.onStore(group);
    // It is in memory when it returns; nothing waits for it.
    void this.stored.write(group);
  }

  private async answer<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    if (this.weather.isAway() || this.link.choices.chance(this.weather.faults().unreadable)) {
      this.sometimes.saw('a read failed');
      throw new Unreachable('the simulated tables do not answer');
    }
    return ask();
  }

  /** Rows of one call are stored at different moments, in any order. */
  private groupsOf(rows: readonly RowWrite[]): RowWrite[][] {
    const { choices } = this.link;
    const groups: RowWrite[][] = Array.from({ length: Math.min(rows.length, choices.integer(1, 3)) }, () => []);
    for (const row of rows) choices.pick(groups).push(row);
    return groups.filter((group) => group.length > 0);
  }
}
