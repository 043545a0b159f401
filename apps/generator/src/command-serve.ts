import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { arrivingBefore } from './arrivals.js';
import { number, SOURCE_ARGUMENTS, SOURCE_HELP, sourceOptions, text, UsageError, wholeNumber } from './command-line.js';
import { createEventServer } from './event-server.js';
import { EventStore } from './event-store.js';
import { NO_FAULTS } from './faults.js';
import { MINUTE_MS } from './profile.js';
import { createSource, tempoForRate } from './sources.js';

export const SERVE_HELP = `Usage: serve [options]    offers live events: GET /events?offset&limit, GET /stream (server-sent events), GET /health

  --port N                  where to listen (8000); 0 for any free port
  --host NAME               on which address (127.0.0.1)
  --rate N                  events per second, the mean of a day (2)
  --keep N                  events kept in memory (100000)
  --backfill-minutes N      history at the start (60)
${SOURCE_HELP}
`;

const TICK_MS = 100;

/** Serves events until the signal comes. */
export async function serve(
  args: string[],
  now: () => number,
  signal: AbortSignal,
  print: (line: string) => void,
): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      ...SOURCE_ARGUMENTS,
      port: { type: 'string' },
      host: { type: 'string' },
      rate: { type: 'string' },
      keep: { type: 'string' },
      'backfill-minutes': { type: 'string' },
    },
  });
  const source = sourceOptions(values, {
    profile: 'ontario',
    locations: 40,
    dialect: 'locations',
    seed: 1,
    rhythm: 'mealtimes',
    faults: NO_FAULTS,
  });
  if (source.faults.malformedRate > 0) {
    throw new UsageError('A page of events is JSON and has no place for malformed lines: leave --malformed-rate at 0.');
  }
  const eventsPerSecond = number(values, 'rate', 2, 0.001, 10_000);
  const store = new EventStore(wholeNumber(values, 'keep', 100_000, 1, 10_000_000));
  const host = text(values, 'host', '127.0.0.1');
  const port = wholeNumber(values, 'port', 8_000, 0, 65_535);
  const arrivals = createSource({
    ...source,
    eventsPerSecond,
    tempo: tempoForRate(eventsPerSecond),
    fromMs: now() - number(values, 'backfill-minutes', 60, 0, 7 * 24 * 60) * MINUTE_MS,
    isWarm: true,
  });

  const collect = () => store.append(Array.from(arrivingBefore(arrivals, now()), ({ line }) => line));
  collect();
  const server = createEventServer(store, source.profile).listen(port, host);
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  print(
    `Serving ${source.profile} events at http://${host.includes(':') ? `[${host}]` : host}:${bound}. Stop with Ctrl+C.`,
  );
  while (!signal.aborted) {
    await sleep(TICK_MS, undefined, { signal }).catch(() => undefined);
    collect();
  }
  server.close();
  server.closeAllConnections();
}
