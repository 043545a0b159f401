/** How much a directory holds on disk. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const sectorBytes = 512;

/** Bytes that its files take, which of a file with holes is less than its length. What is removed meanwhile counts as nothing. */
export async function diskUsageOf(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.blocks * sectorBytes;
  const names = await readdir(path).catch(() => []);
  let bytes = 0;
  for (const name of names) bytes += await diskUsageOf(join(path, name));
  return bytes;
}

export async function diskUsageOfAll(
  directories: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, number>>> {
  const sizes = await Promise.all(
    Object.entries(directories).map(async ([name, path]) => [name, await diskUsageOf(path)] as const),
  );
  return Object.fromEntries(sizes);
}
