import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** What ends a command, in words for the person who started it. `exitCode`: 1 failed, 2 mistyped. */
export class Problem extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Where the server is and its key, from arguments first and the environment second, and the other options asked for; null when
 * help was asked for.
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} environment
 * @param {string} help
 * @param {Record<string, {type: 'string' | 'boolean'}>} more
 */
export async function readOptions(args, environment, help, more = {}) {
  const values = parse(args, help, more);
  if (values.help) return null;
  const url = values.url ?? environment.TICKETRAIL_URL ?? `http://127.0.0.1:${environment.PORT ?? 8080}`;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new Problem(`--url is an address such as http://127.0.0.1:8080, not "${url}".`, 2);
  }
  return { ...values, url, key: values.key ?? (await findKey(environment)) };
}

function parse(args, help, more) {
  const text = { type: 'string' };
  try {
    return parseArgs({ args, options: { url: text, key: text, help: { type: 'boolean', short: 'h' }, ...more } })
      .values;
  } catch (error) {
    throw new Problem(`${error.message}\n\n${help}`, 2);
  }
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
