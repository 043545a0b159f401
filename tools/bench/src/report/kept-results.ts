/** Everything a call of the bench has measured so far, kept in a file after each run, so that a call that is interrupted loses one run. */
import { rename, writeFile } from 'node:fs/promises';
import type { Ceilings, Prototype } from '../ceilings/ceiling.js';
import type { CurveRun } from '../growth.js';
import type { BenchOptions } from '../options.js';
import type { Outcome } from '../outcome.js';
import type { PeersResult } from '../peers/peer-result.js';
import type { Drift } from '../timeline.js';
import { pictureOf } from './picture.js';

/** Something could not be measured, and why. */
export interface Problem {
  readonly what: string;
  readonly reason: string;
}

/** Of what grew in a soak also the verdicts, so that nobody has to work them out again. */
export interface KeptRun extends CurveRun {
  readonly drifts: readonly Drift[];
  /** How often it was tried, when the generator fell behind. */
  readonly tries?: number;
}

/** What a search found, in events a second. */
export interface FoundRate {
  readonly highest: number | undefined;
  /** The lowest that was not sustained. */
  readonly firstBeyond: number | undefined;
  /** Whether time was up before the two were near each other. */
  readonly isCutShort: boolean;
}

/** As it stands in the file. */
export interface Kept {
  readonly machine: string;
  readonly target: unknown;
  readonly at: string;
  readonly options: BenchOptions['run'];
  readonly rates: readonly number[];
  readonly partitions: number | undefined;
  ceilings: Ceilings | undefined;
  /** Loads that were measured only to see that nothing was lost. */
  readonly warmups: KeptRun[];
  readonly results: KeptRun[];
  readonly prototypes: Prototype[];
  found: FoundRate | undefined;
  peers: PeersResult | undefined;
  readonly problems: Problem[];
  outcome: Outcome | undefined;
}

export class KeptResults {
  constructor(
    readonly all: Kept,
    private readonly title: string,
    private readonly files: Pick<BenchOptions, 'jsonFile' | 'svgFile' | 'isGrowth'>,
  ) {}

  /** Writes what there is; whoever reads meanwhile finds the former file or the new one, whole. */
  async write(): Promise<void> {
    const { jsonFile, svgFile, isGrowth } = this.files;
    if (jsonFile !== undefined) await replace(jsonFile, `${JSON.stringify(this.all, undefined, 2)}\n`);
    const { results, prototypes } = this.all;
    if (svgFile !== undefined) await replace(svgFile, pictureOf(this.title, { results, prototypes, isGrowth }));
  }
}

async function replace(file: string, text: string): Promise<void> {
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, text);
  await rename(partial, file);
}
