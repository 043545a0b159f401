// What `npm run cluster -- …` can be told.
import { parseArgs } from 'node:util';

const USAGE = `npm run cluster -- [--collectors N] [--enrichers N] [--aggregators N] [--apis N] [--empty]

  --collectors, --enrichers, --aggregators, --apis   how many processes of each (1 to 9, default 1)
  --empty                                            without synthetic restaurants

Engines: NATS_URL and CQL_CONTACT_POINTS where they are set; else docker compose where it answers; else both are fetched and
started here. Everything is kept below DATA_DIR (default data), in cluster/. PORT (default 8080) is the api's and dashboard's.
Everything else in docs/configuration.md is passed on to the services.`;

export const ROLES = ['collector', 'enricher', 'aggregator', 'api'];

/** Ends with the usage when the arguments make no sense. */
export function readOptions(args, fail) {
  const counts = Object.fromEntries(ROLES.map((role) => [`${role}s`, { type: 'string', default: '1' }]));
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: { ...counts, empty: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    }));
  } catch {
    fail(USAGE);
  }
  const isCount = (text) => /^[1-9]$/.test(text);
  if (values.help || !ROLES.every((role) => isCount(values[`${role}s`]))) fail(USAGE);
  return { isEmpty: values.empty, counts: Object.fromEntries(ROLES.map((role) => [role, Number(values[`${role}s`])])) };
}
