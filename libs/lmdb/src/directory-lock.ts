import { linkSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Another process (or another part of this one) has the directory open for writing. */
export class DirectoryInUse extends Error {
  readonly code = 'DIRECTORY_IN_USE';

  constructor(
    readonly directory: string,
    /** The process that holds it. */
    readonly pid: number,
  ) {
    super(`${directory} is in use by process ${pid}. Stop that process, or choose another data directory.`);
    this.name = 'DirectoryInUse';
  }
}

interface Holder {
  readonly pid: number;
  /** Start of the process as the kernel counts it, so that a later process with the same id is not taken for the holder. */
  readonly started: string;
}

/** Directories held by this very process, where the process id alone cannot tell. */
const heldHere = new Set<string>();

/**
 * Lets one process at a time write to a directory, by a file that names its holder. A holder that died without releasing is
 * recognised and replaced. The check looks at the processes of this machine (or container); it does not see writers elsewhere
 * on a shared network disk.
 */
export class DirectoryLock {
  private constructor(
    private readonly directory: string,
    private readonly path: string,
  ) {}

  /** Creates the directory if needed and takes its lock. Throws DirectoryInUse when a living process holds it. */
  static acquire(directory: string): DirectoryLock {
    mkdirSync(directory, { recursive: true });
    const real = realpathSync(directory);
    if (heldHere.has(real)) throw new DirectoryInUse(directory, process.pid);

    const path = join(real, 'writer.lock');
    const own: Holder = { pid: process.pid, started: startOf(process.pid) };
    const prepared = `${path}.${process.pid}`;
    writeFileSync(prepared, JSON.stringify(own));
    try {
      // A hard link appears with its whole content or not at all, so that nobody ever reads half a lock.
      while (!tryLink(prepared, path)) {
        const holder = readHolder(path);
        if (holder !== undefined && isAlive(holder)) throw new DirectoryInUse(directory, holder.pid);
        removeStale(path, holder);
      }
    } finally {
      rmSync(prepared, { force: true });
    }
    heldHere.add(real);
    return new DirectoryLock(real, path);
  }

  release(): void {
    if (!heldHere.delete(this.directory)) return;
    rmSync(this.path, { force: true });
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (isCoded(error, 'EEXIST')) return false;
    throw error;
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>;
    return typeof holder.pid === 'number' && typeof holder.started === 'string'
      ? { pid: holder.pid, started: holder.started }
      : undefined;
  } catch (error) {
    if (isCoded(error, 'ENOENT') || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Moves the stale lock aside, and puts it back if another process has replaced it in the meantime. */
function removeStale(path: string, stale: Holder | undefined): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (isCoded(error, 'ENOENT')) return;
    throw error;
  }
  const moved = readHolder(aside);
  if (moved?.pid !== stale?.pid || moved?.started !== stale?.started) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function isAlive(holder: Holder): boolean {
  // The same id within this process: it is not in `heldHere`, so it was left by an earlier process (in a container, often 1).
  if (holder.pid === process.pid) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (isCoded(error, 'ESRCH')) return false;
  }
  const started = startOf(holder.pid);
  return started === '' || holder.started === '' || started === holder.started;
}

/** Start of a process in clock ticks since boot, or '' where the system does not tell. */
function startOf(pid: number): string {
  try {
    // The command name (field 2) may hold spaces; it ends at the last parenthesis. Start time is field 22.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isCoded(error: unknown, code: string): boolean {
  return (error as { code?: unknown } | undefined)?.code === code;
}
