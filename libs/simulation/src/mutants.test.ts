/** The gate: with any one guard switched off the simulation has to fail. See mutants.ts. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { GUARDS } from './guards.js';
import { MUTANTS, type Mutant } from './mutants.js';

/** Every mutant is found within so many seeds of each of its mixes; most by the first, two by some hundreds. */
const SEEDS_MAX = 2_000;
const AT_A_TIME = 2;
const TIMEOUT_MS = 600_000;

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

function run(mutant: Mutant): Promise<Ended> {
  const main = fileURLToPath(new URL('./main.js', import.meta.url));
  const child = spawn(process.execPath, [main, '--mutant', mutant.name, '--seeds', String(SEEDS_MAX)]);
  let said = '';
  child.stdout.on('data', (text) => (said += String(text)));
  child.stderr.on('data', (text) => (said += String(text)));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, said }));
  });
}

/** Runs them a few at a time; each test waits for its own. */
function runAll(): Map<string, Promise<Ended>> {
  const lanes = Array.from({ length: AT_A_TIME }, () => Promise.resolve<unknown>(undefined));
  return new Map(
    MUTANTS.map((mutant, i) => {
      const ended = lanes[i % AT_A_TIME]!.then(() => run(mutant));
      lanes[i % AT_A_TIME] = ended;
      return [mutant.name, ended];
    }),
  );
}

describe('the simulation fails when a guard is switched off', () => {
  const runs = runAll();

  test.each(MUTANTS.map(({ name, guard }) => [name, GUARDS[guard]] as const))(
    '%s: %s',
    async (name) => {
      const { code, said } = await runs.get(name)!;
      // 0: nobody noticed. Anything but 1: it could not run, as when the code has changed and the mutant has not.
      expect({ code, said }).toMatchObject({ code: 1 });
      expect(said).toMatch(/^seed \d+, mix /m);
    },
    TIMEOUT_MS,
  );

  test('every guard has a mutant', () => {
    const guarded = new Set(MUTANTS.map(({ guard }) => String(guard)));
    expect(Object.keys(GUARDS).filter((guard) => !guarded.has(guard))).toEqual([]);
  });

  test('names are given once', () => {
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  });
});
