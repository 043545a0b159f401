/**
 * The simulation from the command line: see `--help`. Exit code 0: nothing failed; 1: a run failed, or a situation never occurred;
 * 2: it could not run.
 */
import { fork } from 'node:child_process';
import { register } from 'node:module';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MIXES, mixNamed } from './faults.js';
import { mutantNamed } from './mutants.js';

const HELP = `npm run simulate -- [options]
  --seeds <n>      how many seeds (1000)
  --from <n>       the first (1)
  --seed <n>       this one alone
  --mix <name>     ${MIXES.map(({ name }) => name).join(', ')}; several with commas; all when not given
  --trace          says what happens in each run
  --mutant <name>  with this guard switched off, until a run fails
  --jobs <n>       processes (one a core; one when there are few seeds)
`;

/** Fewer seeds than this are not worth a second process. */
const SEEDS_PER_JOB_MIN = 200;
/** How often progress is said, in seeds. */
const PROGRESS_SEEDS = 200;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    step: { type: 'string', default: '1' },
    seed: { type: 'string' },
    mix: { type: 'string' },
    trace: { type: 'boolean', default: false },
    mutant: { type: 'string' },
    jobs: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const mutant = values.mutant === undefined ? undefined : mutantNamed(values.mutant);
const mixes = values.mix?.split(',') ?? mutant?.mixes ?? MIXES.map(({ name }) => name);
for (const name of mixes) mixNamed(name);
const [from, count] =
  values.seed === undefined ? [Number(values.from), Number(values.seeds)] : [Number(values.seed), 1];
const jobs = Number(
  values.jobs ?? Math.min(availableParallelism(), Math.max(1, Math.floor(count / SEEDS_PER_JOB_MIN))),
);

if (values.help) console.log(HELP);
else if (values.trace) await trace();
else if (jobs > 1 && mutant === undefined) await runJobs();
else await run();

async function trace(): Promise<void> {
  await mutate();
  const { simulate } = await import('./simulation.js');
  for (let seed = from; seed < from + count; seed++) {
    for (const name of mixes) {
      console.log(`seed ${seed}, mix ${name}`);
      const { problems, sometimes, steps, virtualMs } = await simulate(seed, mixNamed(name), console.log);
      console.log(`${steps} steps, ${virtualMs.toFixed(0)} ms of virtual time`);
      for (const [situation, times] of sometimes) console.log(`${String(times).padStart(6)} × ${situation}`);
      for (const problem of problems) console.log(`WRONG: ${problem}`);
      if (problems.length > 0) process.exitCode = 1;
    }
  }
}

async function run(): Promise<void> {
  await mutate();
  const { runSeeds } = await import('./seeds.js');
  const begunAt = process.hrtime.bigint();
  const seconds = (): number => Number(process.hrtime.bigint() - begunAt) / 1e9;
  const isJob = process.send !== undefined;
  let shown = 0;
  const summary = await runSeeds(
    { from, step: Number(values.step), count, mixes, untilFailure: mutant !== undefined },
    (done, failures) => {
      for (; shown < failures.length; shown++) {
        const { seed, mix, problems } = failures[shown]!;
        const same = mutant === undefined ? '' : ` --mutant ${mutant.name}`;
        console.log(`seed ${seed}, mix ${mix}: ${problems.slice(0, 3).join('; ')}`);
        console.log(`  again: npm run simulate -- --seed ${seed} --mix ${mix}${same} --trace`);
      }
      if (done % PROGRESS_SEEDS === 0)
        console.log(`${done} of ${count} seeds, ${(done / seconds()).toFixed(1)} a second`);
    },
  );
  if (summary.failures.length > 0) process.exitCode = 1;
  const missing = mutant === undefined && !isJob ? await neverSeen(summary.seeds, [...summary.sometimes]) : [];
  if (missing.length > 0) process.exitCode = 1;
  if (isJob) process.send!([...summary.sometimes]);
  console.log(
    `${summary.seeds} seeds, ${summary.runs} runs, ${summary.events} events in ${seconds().toFixed(1)} s: ` +
      (summary.failures.length === 0 ? 'nothing failed' : `${summary.failures.length} failed`),
  );
}

/** Spreads the seeds over processes; each says its own progress. */
async function runJobs(): Promise<void> {
  const seen: [string, number][] = [];
  const codes = await Promise.all(
    Array.from({ length: jobs }, (_, job) => {
      const own = [`--from=${from + job}`, `--step=${jobs}`, `--seeds=${Math.ceil((count - job) / jobs)}`];
      const child = fork(fileURLToPath(import.meta.url), [...own, '--jobs=1', `--mix=${mixes.join(',')}`]);
      child.on('message', (situations) => seen.push(...(situations as [string, number][])));
      return new Promise<number>((resolve) => child.on('exit', (code) => resolve(code ?? 2)));
    }),
  );
  const missing = await neverSeen(count, seen);
  process.exitCode = Math.max(...codes, missing.length > 0 ? 1 : 0);
}

async function neverSeen(seeds: number, seen: Iterable<readonly [string, number]>): Promise<string[]> {
  const { Sometimes } = await import('./sometimes.js');
  const { SITUATIONS } = await import('./situations.js');
  const sometimes = new Sometimes();
  sometimes.add(seen);
  // Few seeds do not meet everything, nor does one mix.
  const missing = seeds < SEEDS_PER_JOB_MIN || values.mix !== undefined ? [] : sometimes.missing(SITUATIONS);
  for (const situation of missing) console.log(`never met: ${situation}`);
  return missing;
}

async function mutate(): Promise<void> {
  if (mutant === undefined) return;
  register('./mutant-hooks.js', import.meta.url, { data: { edits: mutant.edits } });
}
