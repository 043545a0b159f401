// Starts a job of the server, shows how far it is, and says what it found. Interrupting it ends the job, too.
import { Problem } from './options.mjs';

const BAR_WIDTH = 30;
const ASK_EVERY_MS = 250;
/** Where nobody watches, a line this often. */
const PLAIN_EVERY_MS = 5_000;
const FINDINGS_SHOWN_MAX = 50;

/**
 * @param {{url: string, key: string}} server
 * @param {string} path such as /v1/recounts
 * @returns {Promise<number>} the exit code: 0 when everything agrees, 1 when something does not
 */
export async function runJob(server, path) {
  const started = await ask(server, 'POST', path);
  const [route] = path.split('?');
  const place = `${route}/${started.id}`;
  let isStopping = false;
  process.on('SIGINT', () => {
    isStopping = true;
  });
  let job = started;
  let shownMs = 0;
  while (job.state === 'running') {
    shownMs = show(job, shownMs);
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    job = await ask(server, isStopping ? 'DELETE' : 'GET', place);
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
  return conclude(job);
}

async function ask({ url, key }, method, path) {
  let response;
  try {
    response = await fetch(new URL(path, url), { method, headers: { authorization: `Bearer ${key}` } });
  } catch (error) {
    throw new Problem(`${url} does not answer: ${error.cause?.message ?? error.message}`);
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(`${url} answered ${response.status}: ${body.detail ?? body.title ?? ''}`);
  return body;
}

function show(job, shownMs) {
  const nowMs = performance.now();
  const isTerminal = process.stderr.isTTY === true;
  if (!isTerminal && nowMs - shownMs < PLAIN_EVERY_MS) return shownMs;
  const full = Math.round(job.fraction * BAR_WIDTH);
  const bar = `[${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}]`;
  const counts = `${job.pages} pages, ${job.rows_compared} rows compared, ${job.finding_count} findings`;
  const line = `${bar} ${Math.floor(job.fraction * 100)} % ${counts}`;
  process.stderr.write(isTerminal ? `\r\x1b[2K${line}` : `${line}\n`);
  return nowMs;
}

function conclude(job) {
  const seconds = (Date.parse(job.ended_at) - Date.parse(job.started_at)) / 1_000;
  const looked = `${job.pages} pages with ${job.events} events, ${job.rows_compared} rows compared in ${seconds.toFixed(1)} s`;
  process.stdout.write(`${looked}\n`);
  if (job.rows_moving > 0) {
    process.stdout.write(`${job.rows_moving} rows went on changing and were not compared: run it again for them\n`);
  }
  if (job.state !== 'done') {
    process.stdout.write(`${job.state}: ${job.problem ?? 'before everything was looked at'}\n`);
    return 1;
  }
  for (const { table, key, column, expected, found } of job.findings.slice(0, FINDINGS_SHOWN_MAX)) {
    const where = Object.entries(key).map(([name, value]) => `${name}=${value}`);
    process.stdout.write(
      `${table} ${where.join(' ')}: ${column} is ${clip(found)}, the history gives ${clip(expected)}\n`,
    );
  }
  const rest = job.finding_count - Math.min(job.findings.length, FINDINGS_SHOWN_MAX);
  if (rest > 0) process.stdout.write(`and ${rest} more\n`);
  process.stdout.write(job.finding_count === 0 ? 'everything agrees\n' : `${job.finding_count} findings\n`);
  return job.finding_count === 0 ? 0 : 1;
}

function clip(value) {
  const text = value === null ? 'nothing' : String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
