/**
 * Makes the log's streams, finds them again, and knows whether they are still the same ones.
 *
 * A log's identity is made of what INGEST and EVENTS were given at their creation and of when JetStream created each: either
 * of them deleted and made anew is another log, since its sequences begin at 1 again.
 */
import { randomUUID } from 'node:crypto';
import { JetStreamApiError, type JetStreamManager, StorageType, type StreamInfo } from '@nats-io/jetstream';
import type { StreamName } from '@ticketrail/pipeline';
import { ERROR_CODES, LogMissing, LogReplaced, LogSettingsContradict, LogWithoutRoom } from './log-errors.js';
import {
  contradictionsOf,
  IDENTITY,
  nameOf,
  PARTITIONS,
  settingsOf,
  STREAM_NAMES,
  type Prefix,
  type StreamLimits,
} from './stream-settings.js';

export class LogStreams {
  /** By stream: when JetStream created it. */
  private readonly created = new Map<StreamName, string>();
  private replacedBy: LogReplaced | undefined;

  private constructor(
    private readonly manager: JetStreamManager,
    readonly prefix: Prefix,
    readonly partitions: number,
    readonly identity: string,
    infos: ReadonlyMap<StreamName, StreamInfo>,
  ) {
    for (const [stream, info] of infos) this.created.set(stream, info.created);
  }

  /**
   * Makes what is missing, and gives what is there the sizes and replicas of `limits`. Throws LogWithoutRoom when NATS
   * has none for streams of that size.
   */
  static async create(manager: JetStreamManager, prefix: Prefix, limits: StreamLimits): Promise<LogStreams> {
    const there = await find(manager, prefix);
    const identity = there.get('ingest')?.config.metadata?.[IDENTITY] ?? randomUUID();
    for (const stream of STREAM_NAMES) {
      const settings = settingsOf(stream, prefix, limits, identity);
      const info = there.get(stream);
      if (info === undefined) await whereThereIsRoom(settings, () => addUnlessThere(manager, settings));
      else if (info.config.max_bytes !== settings.max_bytes || info.config.num_replicas !== settings.num_replicas) {
        const { name, max_bytes = -1 } = settings;
        const changed = { max_bytes, num_replicas: limits.replicas };
        await whereThereIsRoom(settings, () => manager.streams.update(name, changed));
      }
    }
    return LogStreams.open(manager, prefix, limits.partitions);
  }

  /**
   * Finds the streams. Throws LogMissing when one is not there, and LogSettingsContradict when one is set up in a way that
   * breaks the log's promises.
   */
  static async open(manager: JetStreamManager, prefix: Prefix, partitions?: number): Promise<LogStreams> {
    const infos = await find(manager, prefix);
    const missing = STREAM_NAMES.filter((stream) => !infos.has(stream)).map((stream) => nameOf(stream, prefix));
    if (missing.length > 0) {
      throw new LogMissing(`NATS has no stream ${missing.join(', ')}: create the log before the services start`);
    }
    const stored = Number(infos.get('ingest')?.config.metadata?.[PARTITIONS]);
    const expected = partitions ?? stored;
    for (const [stream, info] of infos) {
      const found = contradictionsOf(stream, prefix, expected, info);
      if (found.length === 0) continue;
      throw new LogSettingsContradict(`stream ${info.config.name} cannot be used: ${found.join('; ')}`);
    }
    return new LogStreams(manager, prefix, expected, identityOf(infos), infos);
  }

  /**
   * How a stream stands now, from its leader. Throws LogReplaced when it is not the one that was opened, and from then on
   * `assertSame` throws too.
   */
  async stateOf(stream: StreamName): Promise<StreamInfo> {
    const info = await this.infoOf(stream);
    if (stream !== 'rows' && info.created !== this.created.get(stream)) {
      this.replacedBy = new LogReplaced(
        `stream ${info.config.name} was deleted and made anew since this service started: it is another log now`,
      );
    }
    this.assertSame();
    return info;
  }

  assertSame(): void {
    if (this.replacedBy !== undefined) throw this.replacedBy;
  }

  private async infoOf(stream: StreamName): Promise<StreamInfo> {
    const name = nameOf(stream, this.prefix);
    try {
      return await this.manager.streams.info(name);
    } catch (error) {
      if (!(error instanceof JetStreamApiError && error.code === ERROR_CODES.streamNotFound)) throw error;
      throw new LogMissing(`NATS has no stream ${name} any more`, { cause: error });
    }
  }
}

function identityOf(infos: ReadonlyMap<StreamName, StreamInfo>): string {
  return (['ingest', 'events'] as const)
    .map((stream) => {
      const info = infos.get(stream)!;
      return `${info.config.metadata?.[IDENTITY]}@${info.created}`;
    })
    .join('+');
}

async function find(manager: JetStreamManager, prefix: Prefix): Promise<Map<StreamName, StreamInfo>> {
  const found = new Map<StreamName, StreamInfo>();
  for (const stream of STREAM_NAMES) {
    try {
      found.set(stream, await manager.streams.info(nameOf(stream, prefix)));
    } catch (error) {
      if (!(error instanceof JetStreamApiError && error.code === ERROR_CODES.streamNotFound)) throw error;
    }
  }
  return found;
}

/**
 * A stream's whole size is set aside when it is made: NATS refuses what is more than its `max_file_store` or `max_memory_store`, or
 * than the disk has. All streams in files share that room, so that ROWS finds some when the others are smaller.
 */
async function whereThereIsRoom(
  { name, storage, max_bytes: bytesMax = 0 }: ReturnType<typeof settingsOf>,
  make: () => Promise<unknown>,
): Promise<void> {
  try {
    await make();
  } catch (cause) {
    if (!(cause instanceof JetStreamApiError && NO_ROOM.has(cause.code))) throw cause;
    const gibibytes = Math.ceil((bytesMax / 2 ** 30) * 10) / 10;
    const remedies =
      storage === StorageType.Memory
        ? 'raise its max_memory_store'
        : 'free disk, raise its max_file_store, or lower LOG_GIGABYTES_MAX';
    throw new LogWithoutRoom(
      `NATS has no room for the stream ${name} of up to ${gibibytes} GiB (${cause.message}): ${remedies}`,
      { cause },
    );
  }
}

const NO_ROOM: ReadonlySet<number> = new Set([
  ERROR_CODES.noSuitablePeers,
  ERROR_CODES.insufficientResources,
  ERROR_CODES.memoryResourcesExceeded,
  ERROR_CODES.storageResourcesExceeded,
]);

/** Somebody else may be making the same stream: then theirs is used, if its settings allow. */
async function addUnlessThere(manager: JetStreamManager, settings: ReturnType<typeof settingsOf>): Promise<void> {
  try {
    await manager.streams.add(settings);
  } catch (error) {
    if (!(error instanceof JetStreamApiError && error.code === ERROR_CODES.streamNameInUse)) throw error;
  }
}
