/**
 * Who runs which partitions, agreed upon without a leader: members beat in a bucket of keys, everybody hears everybody, and
 * rendezvous hashing gives each partition its owner.
 *
 * Two owners of a partition for a moment are harmless, because the log refuses one of them and rows are gated by position. A
 * partition without an owner stands still, so a member that cannot reach NATS goes on with what it has.
 */
import { Kvm, type KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { Membership } from '@ticketrail/pipeline';
import { MemberList, type Member } from './member-list.js';
import { Reconnects } from './reconnects.js';
import { rendezvous } from './rendezvous.js';

export interface NatsMembershipOptions {
  /** The name of this process, unique among those of its role: letters, digits, `-`, `_`. */
  readonly member: string;
  readonly partitions: number;
  /** The same prefix as the log's. */
  readonly prefix?: string;
  /** A member that was not heard for so long is gone, in milliseconds. Default 6 s. */
  readonly ttlMs?: number;
  /** How often a member beats, in milliseconds. Default 2 s. */
  readonly beatMs?: number;
}

export interface MembershipCreation {
  readonly prefix?: string;
  readonly ttlMs?: number;
  /** Default 1. */
  readonly replicas?: number;
}

/** Goes on telling who is there until it is stopped. */
export interface MemberWatch {
  /** The members now, sorted by role and name. */
  members(): Member[];
  stop(): void;
}

const ttlMsDefault = 6_000;
const beatMsDefault = 2_000;
/** How long a member that leaves tries to say so. */
const goodbyeMsMax = 1_000;
const memberForm = /^[A-Za-z0-9_-]+$/;

/** Makes the bucket that members beat in, or finds it. Members need not have the right to. */
export async function createMembership(connection: NatsConnection, options: MembershipCreation = {}): Promise<void> {
  await new Kvm(connection).create(bucketOf(options.prefix), {
    history: 1,
    ttl: options.ttlMs ?? ttlMsDefault,
    replicas: options.replicas ?? 1,
  });
}

export class NatsMembership extends Membership {
  private readonly reconnects: Reconnects;

  private constructor(
    private readonly connection: NatsConnection,
    private readonly bucket: KV,
    private readonly options: NatsMembershipOptions,
  ) {
    super();
    this.reconnects = new Reconnects(connection);
  }

  static async open(connection: NatsConnection, options: NatsMembershipOptions): Promise<NatsMembership> {
    if (!memberForm.test(options.member)) {
      throw new RangeError(`${options.member} is no name of a member: letters, digits, - and _ are`);
    }
    const bucket = await new Kvm(connection).open(bucketOf(options.prefix));
    return new NatsMembership(connection, bucket, options);
  }

  override async follow(
    role: string,
    signal: AbortSignal,
    onChange: (partitions: readonly number[]) => void,
  ): Promise<void> {
    const { member, partitions } = this.options;
    let owned: string | undefined;
    const list = new MemberList(this.bucket, `${role}.*`, this.ttlMs, () => {
      if (signal.aborted || !list.isComplete) return;
      // Whoever runs this is alive, whatever others hear.
      const members = new Set([...list.members().map((one) => one.member), member]);
      const mine = rendezvous(members, partitions).flatMap((owner, partition) => (owner === member ? [partition] : []));
      if (owned === mine.join()) return;
      owned = mine.join();
      onChange(mine);
    });
    try {
      await this.beatUntil(signal, list, `${role}.${member}`);
    } finally {
      list.close();
    }
  }

  /** Follows everybody of a role, or of all roles: for showing who is there. */
  async watchMembers(role?: string, onChange: () => void = () => undefined): Promise<MemberWatch> {
    const list = new MemberList(this.bucket, role === undefined ? '>' : `${role}.*`, this.ttlMs, onChange);
    await list.listen();
    const stopListening = this.reconnects.listen(() => void list.listen().catch(() => undefined));
    // An answer from the server says that silence is the members' own.
    const timer = setInterval(() => {
      this.connection.flush().then(
        () => list.hears(),
        () => undefined,
      );
    }, this.beatMs);
    timer.unref();
    const stop = (): void => {
      clearInterval(timer);
      stopListening();
      list.close();
    };
    return { members: () => list.members(), stop };
  }

  /** Beats, and listens to its own beats: hearing them is what proves that others would be heard too. */
  private async beatUntil(signal: AbortSignal, list: MemberList, key: string): Promise<void> {
    const wake = { now: (): void => undefined };
    const stopListening = this.reconnects.listen(() => {
      isListening = false;
      wake.now();
    });
    let isListening = false;
    let heardAt: number | undefined;
    let listensSince = performance.now();
    while (!signal.aborted && !this.connection.isClosed()) {
      try {
        await unlessAborted(this.bucket.put(key, '', { timeout: this.beatMs }), signal);
        if (!isListening) {
          await unlessAborted(list.listen(), signal);
          isListening = true;
          listensSince = performance.now();
        }
        await unlessAborted(this.connection.flush(), signal);
        const own = list.heardAt(key);
        if (own !== undefined && own !== heardAt) {
          heardAt = own;
          list.hears();
        } else if (performance.now() - Math.max(heardAt ?? 0, listensSince) > this.ttlMs) isListening = false;
      } catch {
        // NATS is away: what this member runs, it goes on running, and the next beat tries again.
      }
      if (!signal.aborted) await pause(this.beatMs, signal, wake);
    }
    stopListening();
    await this.sayGoodbye(key);
  }

  /** The others take over at once instead of after `ttlMs`. */
  private async sayGoodbye(key: string): Promise<void> {
    if (this.connection.isClosed()) return;
    const goodbye = this.bucket.delete(key).catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([goodbye, new Promise((resolve) => (timer = setTimeout(resolve, goodbyeMsMax)))]);
    clearTimeout(timer);
  }

  private get ttlMs(): number {
    return this.options.ttlMs ?? ttlMsDefault;
  }

  private get beatMs(): number {
    return this.options.beatMs ?? beatMsDefault;
  }
}

function bucketOf(prefix = ''): string {
  return prefix === '' ? 'members' : `${prefix}_members`;
}

/** Resolves with the promise, or at once when `signal` aborts. */
function unlessAborted(promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => resolve();
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(() => resolve(), reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Resolves after `ms`, when `signal` aborts, or when somebody calls `wake.now`. */
function pause(ms: number, signal: AbortSignal, wake: { now: () => void }): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
    wake.now = end;
  });
}
