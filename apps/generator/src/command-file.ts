import { parseArgs } from 'node:util';
import { moment, number, SOURCE_ARGUMENTS, SOURCE_HELP, sourceOptions, text, wholeNumber } from './command-line.js';
import { fileArrivals, writeEventFile } from './event-file.js';
import { ORDINARY_FAULTS } from './faults.js';
import { MINUTE_MS } from './profile.js';

export const FILE_HELP = `Usage: file [options]    writes a span of simulated time to a file, one event a line, in the order of arrival

  --out FILE                where to (sample_events.jsonl)
  --manifest FILE           also write the truth about each line: what is a duplicate, late, out of order, malformed
  --count N                 lines (10000)
  --span-minutes N          the time they cover (180)
  --until TIME              when they end (now); give it to get the same bytes again
  --tempo N                 how many times faster than life visits go (1)
${SOURCE_HELP}
`;

/** Writes a file of events. `nowMs` is when it ends, unless the arguments say otherwise. */
export async function file(args: string[], nowMs: number, print: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      ...SOURCE_ARGUMENTS,
      out: { type: 'string' },
      manifest: { type: 'string' },
      count: { type: 'string' },
      'span-minutes': { type: 'string' },
      until: { type: 'string' },
      tempo: { type: 'string' },
    },
  });
  const source = sourceOptions(values, {
    profile: 'chain',
    locations: 20,
    dialect: 'restaurants',
    seed: 1,
    rhythm: 'steady',
    faults: ORDINARY_FAULTS,
  });
  const arrivals = fileArrivals({
    ...source,
    count: wholeNumber(values, 'count', 10_000, 1, 100_000_000),
    spanMinutes: number(values, 'span-minutes', 180, 1, 366 * 24 * 60),
    untilMs: moment(values, 'until', Math.floor(nowMs / MINUTE_MS) * MINUTE_MS),
    tempo: number(values, 'tempo', 1, 1, 100_000),
  });
  const out = text(values, 'out', 'sample_events.jsonl');
  const count = await writeEventFile(arrivals, out, values.manifest);
  print(
    `Wrote ${count} lines to ${out}${values.manifest === undefined ? '' : `, and the truth about them to ${values.manifest}`}.`,
  );
}
