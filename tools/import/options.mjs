import { access, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Problem } from './problem.mjs';

export const HELP = `Usage: npm run import FILE -- [options]

Posts a .jsonl (or .jsonl.gz) file of events to a running Ticketrail. FILE can be - for the standard input.

  --url URL        where the server is (TICKETRAIL_URL, or http://127.0.0.1:PORT with PORT 8080)
  --key KEY        its key (TICKETRAIL_API_KEY, or the file development-key in DATA_DIR, which is data)
  --requests N     requests in flight (4)
  --help

Importing a file again, or a second half after a failure, is safe: an event_id is counted once.
`;

/**
 * What to import and where to, from arguments first and the environment second; null when help was asked for.
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} environment
 */
export async function readOptions(args, environment) {
  const { values, positionals } = parse(args);
  if (values.help) return null;
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw new Problem(`Name one file to import.\n\n${HELP}`, 2);
  const url = values.url ?? environment.TICKETRAIL_URL ?? `http://127.0.0.1:${environment.PORT ?? 8080}`;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new Problem(`--url is an address such as http://127.0.0.1:8080, not "${url}".`, 2);
  }
  const requests = Number(values.requests ?? 4);
  if (!Number.isInteger(requests) || requests < 1 || requests > 64) {
    throw new Problem('--requests is a whole number from 1 to 64.', 2);
  }
  const file = name === '-' ? name : await find(name, environment);
  return { file, url, requests, key: values.key ?? (await findKey(environment)) };
}

function parse(args) {
  const text = { type: 'string' };
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { url: text, key: text, requests: text, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw new Problem(`${error.message}\n\n${HELP}`, 2);
  }
}

/** npm runs scripts in the root of the repository; a path is meant from where the person is. */
async function find(name, environment) {
  const candidates = [resolve(name), resolve(environment.INIT_CWD ?? '.', name)];
  for (const candidate of candidates) {
    const isThere = await access(candidate).then(
      () => true,
      () => false,
    );
    if (isThere) return candidate;
  }
  throw new Problem(`There is no file ${candidates[0]} that can be read. Check the path.`);
}

async function findKey(environment) {
  if (environment.TICKETRAIL_API_KEY) return environment.TICKETRAIL_API_KEY;
  const path = join(environment.DATA_DIR ?? 'data', 'development-key');
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    throw new Problem(`No key: give --key, set TICKETRAIL_API_KEY, or start the server so that it writes ${path}.`);
  }
}
