#!/usr/bin/env node
import { file, FILE_HELP } from './command-file.js';
import { UsageError } from './command-line.js';
import { load, LOAD_HELP } from './command-load.js';
import { serve, SERVE_HELP } from './command-serve.js';

const HELP = `Synthetic restaurants, as a load, a file or a server. The same seed and options give the same events.

${LOAD_HELP}
${FILE_HELP}
${SERVE_HELP}`;

const [command = '--help', ...args] = process.argv.slice(2);
const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort());
const print = (line: string) => process.stdout.write(`${line}\n`);

try {
  if (command === '--help' || command === '-h' || args.includes('--help') || args.includes('-h')) {
    print({ load: LOAD_HELP, file: FILE_HELP, serve: SERVE_HELP }[command] ?? HELP);
  } else if (command === 'load') {
    await load(args, stopping.signal, print);
  } else if (command === 'file') {
    await file(args, Date.now(), print);
  } else if (command === 'serve') {
    await serve(args, Date.now, stopping.signal, print);
  } else {
    throw new UsageError(`There is no command "${command}": use load, file or serve.`);
  }
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}

/** What went wrong, in a sentence where it is the caller's to mend, and with the trace where it is ours. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof UsageError) return error.message;
  const code = 'code' in error ? String(error.code) : '';
  if (code.startsWith('ERR_PARSE_ARGS')) return `${error.message}\nTry --help.`;
  return /^E[A-Z]+$/.test(code) ? error.message : (error.stack ?? error.message);
}
