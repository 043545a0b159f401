/** The bench: starts the product (or takes one that runs), sends it events at fixed rates, and says what became of them. */
import { Bench } from './bench.js';
import { help, UsageError } from './command-line.js';
import { readOptions } from './options.js';
import { Progress } from './report/progress.js';

const progress = new Progress();
try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === undefined) process.stdout.write(`${help}\n`);
  else process.exitCode = (await new Bench(options, progress).measure()).code;
} catch (error) {
  progress.clear();
  process.stderr.write(
    error instanceof UsageError ? `${error.message}\n` : `${(error as Error).stack ?? String(error)}\n`,
  );
  process.exitCode = error instanceof UsageError ? 64 : 70;
}
