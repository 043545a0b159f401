/** What a disk was given to write. */
import { readFile, stat } from 'node:fs/promises';

const sectorBytes = 512;
/** Of /sys/dev/block/<major>:<minor>/stat (Documentation/block/stat.rst of the kernel). */
const SECTORS_WRITTEN = 6;

/**
 * Bytes that the device under a directory was given since it began, by everything on the machine; undefined where that is not to be
 * known. What a process is charged with (`write_bytes` of /proc/<pid>/io) says less: of a page that was changed it counts the
 * whole folio of the page cache, which on recent kernels is up to two megabytes.
 */
export async function deviceWrites(directory: string): Promise<number | undefined> {
  try {
    const { dev } = await stat(directory);
    return sectorsIn(await readFile(`/sys/dev/block/${majorOf(dev)}:${minorOf(dev)}/stat`, 'utf8')) * sectorBytes;
  } catch {
    return undefined;
  }
}

export function sectorsIn(text: string): number {
  return Number(text.trim().split(/\s+/)[SECTORS_WRITTEN]);
}

/** As the C library packs a device's number; both parts are small here. */
const majorOf = (dev: number): number => Math.floor(dev / 256) % 4_096;
const minorOf = (dev: number): number => dev % 256;
