import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { NatsConnection } from '@nats-io/transport-node';
import { createMembership, NatsMembership } from './nats-membership.js';
import { NatsFixture } from './nats.fixture.js';
import { until } from './until.fixture.js';

const partitions = 12;
const ttlMs = 900;
const beatMs = 300;

/** Those who hear of each other. */
interface Group {
  readonly prefix?: string;
  readonly ttlMs: number;
}

/** One process of a role, as it sees its partitions. */
class Process {
  owned: readonly number[] = [];
  changes = 0;
  private readonly stopped = new AbortController();
  private readonly following: Promise<void>;

  private constructor(
    readonly connection: NatsConnection,
    membership: NatsMembership,
  ) {
    this.following = membership.follow('enricher', this.stopped.signal, (owned) => {
      this.owned = owned;
      this.changes++;
    });
  }

  static async start(nats: NatsFixture, member: string, group: Group): Promise<Process> {
    const connection = await nats.connect();
    return new Process(connection, await NatsMembership.open(connection, { member, partitions, beatMs, ...group }));
  }

  async leave(): Promise<void> {
    this.stopped.abort();
    await this.following;
  }

  /** Ends as a process does that is killed: without a word. */
  async die(): Promise<void> {
    await this.connection.close();
    await this.leave();
  }
}

describe('NatsMembership', () => {
  let nats: NatsFixture;
  const processes: Process[] = [];

  beforeEach(async () => {
    nats = await NatsFixture.start();
    await createMembership(await nats.connect(), { ttlMs });
  });
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((one) => one.leave()));
    await nats.end();
  });

  const start = async (member: string, group: Group = { ttlMs }): Promise<Process> => {
    const process = await Process.start(nats, member, group);
    processes.push(process);
    return process;
  };
  /** Every partition is run, by one process only, and each process runs its equal share. */
  const areShared = (among: readonly Process[]): boolean =>
    among
      .flatMap((one) => one.owned)
      .sort((a, b) => a - b)
      .join() === Array.from({ length: partitions }, (_, partition) => partition).join() &&
    among.every((one) => one.owned.length === partitions / among.length);

  test('one member runs everything, three share it, and two take over from one that leaves at once', async () => {
    // So long that nobody is taken over from because his time is over.
    const patient = { prefix: 'patient', ttlMs: 60_000 };
    await createMembership(await nats.connect(), patient);
    const one = await start('one', patient);
    await until(() => areShared([one]));
    const [two, three] = [await start('two', patient), await start('three', patient)];
    await until(() => areShared([one, two, three]));
    await three.leave();
    await until(() => areShared([one, two]));
  });

  test('a member that is killed is followed when its time is over, and the others keep most of what they had', async () => {
    const [one, two, three] = [await start('one'), await start('two'), await start('three')];
    await until(() => areShared([one, two, three]));
    const owners = [one, two].flatMap(({ owned }, index) => owned.map((partition) => ({ partition, index })));
    await three.die();
    await until(() => areShared([one, two]), ttlMs + 4 * beatMs);
    const kept = owners.filter(({ partition, index }) => [one, two][index]!.owned.includes(partition));
    expect(kept.length).toBeGreaterThan(owners.length / 2);
  });

  test('while NATS is away everybody goes on with what they have, and afterwards too', async () => {
    const [one, two] = [await start('one'), await start('two')];
    await until(() => areShared([one, two]));
    const changes = [one.changes, two.changes];
    await nats.stop();
    await new Promise((resolve) => setTimeout(resolve, 2 * ttlMs));
    expect(areShared([one, two])).toBe(true);
    await nats.restart();
    await new Promise((resolve) => setTimeout(resolve, 2 * ttlMs));
    expect(areShared([one, two])).toBe(true);
    expect([one.changes, two.changes]).toEqual(changes);
    const three = await start('three');
    await until(() => areShared([one, two, three]));
  });

  test('members of another installation on the same server are not among them', async () => {
    const connection = await nats.connect();
    await createMembership(connection, { prefix: 'other', ttlMs });
    const options = { member: 'stranger', partitions, ttlMs, beatMs, prefix: 'other' };
    const stranger = await NatsMembership.open(connection, options);
    const stopped = new AbortController();
    const owned: (readonly number[])[] = [];
    const following = stranger.follow('enricher', stopped.signal, (partitionsNow) => owned.push(partitionsNow));
    const one = await start('one');
    await until(() => areShared([one]) && owned.at(-1)?.length === partitions);
    stopped.abort();
    await following;
  });

  test('who is there can be seen, by role or altogether, until they are gone', async () => {
    const [one, two] = [await start('one'), await start('two')];
    const connection = await nats.connect();
    const viewer = await NatsMembership.open(connection, { member: 'viewer', partitions, ttlMs, beatMs });
    const watch = await viewer.watchMembers();
    const others = await viewer.watchMembers('aggregator');
    try {
      const enricher = (member: string) => ({ role: 'enricher', member });
      await until(() => watch.members().length === 2);
      expect(watch.members()).toEqual([enricher('one'), enricher('two')]);
      expect(others.members()).toEqual([]);
      await one.leave();
      await until(() => watch.members().length === 1);
      await two.die();
      await until(() => watch.members().length === 0, ttlMs + 4 * beatMs);
    } finally {
      watch.stop();
      others.stop();
    }
  });
});
