import { closeSync, fsyncSync, openSync, statfsSync } from 'node:fs';
import { open, type RootDatabase } from 'lmdb';
import { DirectoryLock } from './directory-lock.js';

/** The disk is full. Nothing of the commit was stored. */
export class StorageFull extends Error {
  readonly code = 'STORAGE_FULL';
}

/** A commit failed for another reason than space; whether it was stored is open. */
export class StorageFailed extends Error {
  readonly code = 'STORAGE_FAILED';
}

/** Room taken by an environment. */
export interface StorageUsage {
  /** Size of the file. It never shrinks; pages given up are used again. */
  readonly bytesOnDisk: number;
  /** Pages that hold something now. */
  readonly bytesUsed: number;
  readonly entries: number;
}

export interface LmdbEnvironmentOptions {
  /** Values of so many bytes or more are compressed (LZ4), on another thread. Without it none are. */
  readonly compressFromBytes?: number;
}

/** Short writes are reported as an input/output error, so that an almost full disk must be asked for its free space. */
const scarceBytes = 1 << 20;
/** Address space, not memory or disk. */
const mapBytes = 16 * 2 ** 30;
const errorNoSpace = 28;
const errorInputOutput = 5;
const errorMapFull = -30792;

/**
 * One LMDB environment with one writer.
 *
 * How it is opened, and why:
 * - `overlappingSync: false`: a commit writes its pages, calls fdatasync, writes the meta page through a descriptor opened with
 *   O_DSYNC, and only then becomes visible and resolves. With overlapping syncs a commit resolves and is readable before it is
 *   on disk, and the promise for the sync never settles when the sync fails.
 * - `eventTurnBatching: false`: a batch is one transaction by itself. Otherwise a failed commit also rejects a promise that
 *   nobody holds, which ends the process.
 * - compression where its owner asks for it, without the dictionary that the engine brings: a later version may bring another one,
 *   it does nothing for long values, and loading it costs more than compressing them. A value that was written before is read as it is.
 * - `noMemInit: false`: unused bytes of a page stay zero, so that nothing from the memory of the process reaches the disk.
 * - pages of 4 KiB, which bounds keys to 1,978 bytes: larger ones write more for each small row.
 * - a map of 16 GiB of address space from the start, of which only what is stored takes memory: growing a map stops every write
 *   for some hundred milliseconds while its pages are mapped anew. Beyond it the engine doubles it, so the disk is the limit.
 * - an environment of its own for each library: an environment has one writer at a time, and a large flush of rows must not hold up the log.
 */
export class LmdbEnvironment {
  private closing: Promise<void> | undefined;
  private inFlight: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly directory: string,
    private readonly lock: DirectoryLock,
    readonly store: RootDatabase<Buffer, Buffer>,
  ) {}

  /** Throws DirectoryInUse when another process has it open. */
  static open(directory: string, { compressFromBytes }: LmdbEnvironmentOptions = {}): LmdbEnvironment {
    const lock = DirectoryLock.acquire(directory);
    try {
      const store = open<Buffer, Buffer>({
        path: directory,
        noSubdir: false,
        pageSize: 4096,
        keyEncoding: 'binary',
        encoding: 'binary',
        overlappingSync: false,
        eventTurnBatching: false,
        mapSize: mapBytes,
        ...(compressFromBytes === undefined
          ? {}
          : { compression: { threshold: compressFromBytes, dictionary: Buffer.alloc(0) } }),
      });
      syncDirectory(directory);
      return new LmdbEnvironment(directory, lock, store);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /**
   * Runs `change`, which puts and removes through `store`, as one transaction; resolves once it is on disk. `change` must not
   * throw: what it did until then would be stored. The next commit is only begun when this one has settled, so that what a
   * caller reads beforehand is what the transaction builds upon.
   */
  async commit(change: () => void): Promise<void> {
    const committed = this.store.batch(change);
    this.inFlight = committed.catch(() => undefined);
    try {
      await committed;
    } catch (error) {
      throw this.explain(await causeOf(error));
    }
  }

  /** The bytes of a value, valid until the next read. */
  peek(key: Buffer): Buffer | undefined {
    const bytes = this.store.getBinaryFast(key);
    return bytes === undefined ? undefined : asBuffer(bytes);
  }

  usage(): StorageUsage {
    const stats = this.store.getStats() as {
      pageSize: number;
      lastPageNumber: number;
      entryCount: number;
      treeBranchPageCount: number;
      treeLeafPageCount: number;
      overflowPages: number;
    };
    return {
      bytesOnDisk: (stats.lastPageNumber + 1) * stats.pageSize,
      bytesUsed: (stats.treeBranchPageCount + stats.treeLeafPageCount + stats.overflowPages) * stats.pageSize,
      entries: stats.entryCount,
    };
  }

  /** Waits for the commit in flight, closes the file and gives up the lock. */
  async close(): Promise<void> {
    this.closing ??= (async () => {
      await this.inFlight;
      await this.store.close();
      this.lock.release();
    })();
    await this.closing;
  }

  private explain(cause: unknown): Error {
    const { code } = cause as { code?: unknown };
    const full =
      code === errorNoSpace || code === errorMapFull || (code === errorInputOutput && this.freeBytes() < scarceBytes);
    return full
      ? new StorageFull(`No space left on the disk of ${this.directory}`, { cause })
      : new StorageFailed(`A commit to ${this.directory} failed`, { cause });
  }

  private freeBytes(): number {
    const disk = statfsSync(this.directory);
    return disk.bavail * disk.bsize;
  }
}

/** The same bytes as a Buffer: the engine hands over plain views now and then, whatever its types say. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The engine says only "failed" and hands over the reason as a promise of its own. */
async function causeOf(error: unknown): Promise<unknown> {
  const reason = (error as { commitError?: Promise<never> }).commitError;
  if (reason === undefined) return error;
  return reason.catch((cause: unknown) => cause);
}

/** Without this the name of a newly created file may be missing after a power loss, however well its content was synced. */
function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
