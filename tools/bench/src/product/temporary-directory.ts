/** A directory of this run, gone when it is no longer needed, also when the bench is interrupted. */
import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// First, so that when the bench ends the programs in it are gone before the directory is.
import './child-process.js';

const directories = new Set<string>();
process.once('exit', () => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

export class TemporaryDirectory {
  readonly path = mkdtempSync(join(tmpdir(), 'ticketrail-bench-'));

  constructor() {
    directories.add(this.path);
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
    directories.delete(this.path);
  }
}
