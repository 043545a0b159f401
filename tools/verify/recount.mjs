#!/usr/bin/env node
// Has a running Ticketrail fold its whole history again, beside the live rows, and compare every row.
import { runJob } from './job.mjs';
import { Problem, readOptions } from './options.mjs';

const HELP = `Usage: npm run recount -- [options]

  --url URL    where the server is (TICKETRAIL_URL, or http://127.0.0.1:PORT with PORT 8080)
  --key KEY    its key (TICKETRAIL_API_KEY, or the file development-key in DATA_DIR, which is data)
  --help

Nothing is written to the live rows. Ends with 0 when every row agrees, and with 1 when one does not, which it names.
`;

try {
  const options = await readOptions(process.argv.slice(2), process.env, HELP);
  if (options === null) process.stdout.write(HELP);
  else {
    process.stdout.write(`Recounting the history on ${options.url}\n`);
    process.exitCode = await runJob(options, '/v1/recounts');
  }
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
