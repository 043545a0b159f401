#!/usr/bin/env node
// Verifies one day on a running Ticketrail: every page against its hash, the index, the books, and every row recounted.
import { runJob } from './job.mjs';
import { Problem, readOptions } from './options.mjs';

const HELP = `Usage: npm run verify -- --day 2026-11-20 [options]

  --day DAY    the day to verify (UTC); today by default
  --url URL    where the server is (TICKETRAIL_URL, or http://127.0.0.1:PORT with PORT 8080)
  --key KEY    its key (TICKETRAIL_API_KEY, or the file development-key in DATA_DIR, which is data)
  --help

Ends with 0 when everything agrees, and with 1 when something does not, which it names.
`;

try {
  const options = await readOptions(process.argv.slice(2), process.env, HELP, { day: { type: 'string' } });
  if (options === null) process.stdout.write(HELP);
  else {
    const day = options.day ?? new Date().toISOString().slice(0, 10);
    process.stdout.write(`Verifying ${day} on ${options.url}\n`);
    process.exitCode = await runJob(options, `/v1/verifications?day=${encodeURIComponent(day)}`);
  }
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
