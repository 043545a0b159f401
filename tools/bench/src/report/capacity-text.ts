/** The page of what a load needs, in Markdown, with everything it was reckoned from. */
import type { Assumptions, Costs, Need, PartNeed } from './capacity.js';
import type { Kept } from './kept-results.js';
import { figure, tableOf, type Columns } from './table.js';

const whole = (value: number): string =>
  Number.isFinite(value) ? Math.round(value).toLocaleString('en-US') : 'not measured';

const needColumns: Columns<Need> = [
  ['events a day', ({ eventsPerDay }) => whole(eventsPerDay)],
  ['mean, peak a second', ({ meanPerSecond, peakPerSecond }) => `${whole(meanPerSecond)}, ${whole(peakPerSecond)}`],
  ['partitions', ({ partitions }) => whole(partitions)],
  ['nodes: services', ({ serviceNodes }) => whole(serviceNodes)],
  ['nats-server', (need) => whole(countOf(need, 'nats-server'))],
  ['cassandra', (need) => whole(countOf(need, 'cassandra'))],
  ['nodes in all', ({ nodes }) => whole(nodes)],
  ['log, GB', ({ logGigabytes }) => whole(logGigabytes)],
  ['tables, GB', ({ tableGigabytes }) => whole(tableGigabytes)],
  ['a month', ({ pricePerMonth }) => whole(pricePerMonth)],
];
const countOf = ({ parts }: Need, part: string): number => parts.find((one) => one.part === part)?.count ?? 0;

const partColumns: Columns<PartNeed> = [
  ['part', ({ part }) => part],
  ['CPU µs an event', ({ cpuMicroseconds }) => figure(cpuMicroseconds)],
  ['cores busy at the peak', ({ cores }) => figure(cores, 2)],
  ['processes, or nodes of an engine', ({ count }) => whole(count)],
];

export function capacityText(
  { machine, at }: Pick<Kept, 'machine' | 'at'>,
  costs: Costs,
  needs: readonly Need[],
  assumptions: Assumptions,
): string {
  const { copies, coresPerNode, currency, useMax } = assumptions;
  return [
    '# Capacity',
    '',
    `Reckoned by \`node tools/bench/dist/report/capacity-page.js FILE\` from a measurement of ${at.slice(0, 10)} on ${machine}; do not edit, write it anew.`,
    'What an event costs was measured on one machine, generator included, and is multiplied here. What a network between machines costs is not in it,',
    'nor what questions cost the api: an order of magnitude to plan with, and a reason to measure on your own machines.',
    '',
    '## What is needed',
    '',
    tableOf(needColumns, needs),
    '',
    `Money in ${currency} a month: ${assumptions.pricePerCoreHour} a core and hour, ${assumptions.pricePerGigabyteMonth} a gigabyte and month (${assumptions.pricesOf}).`,
    '',
    ...needs.flatMap((need) => [
      `## ${whole(need.eventsPerDay)} events a day`,
      '',
      tableOf(partColumns, need.parts),
      '',
      need.apiShare > useMax
        ? `Every api follows all changes in one thread, and at the peak that takes ${figure(need.apiShare * 100, 0)} % of it: more than the ${figure(useMax * 100, 0)} % planned with. ` +
          'So many events need several clusters, each with its tenants.'
        : `Every api follows all changes in one thread: at the peak ${figure(need.apiShare * 100, 0)} % of it; the rest answers questions.`,
      '',
    ]),
    '## What it was reckoned with',
    '',
    `- CPU of the sustained run at ${whole(costs.rate)} events/s, the highest in the file: an event costs less the more come at a time.`,
    `- A peak of ${assumptions.peakFactor} times the mean, cores used to ${figure(useMax * 100, 0)} % at the peak, ${coresPerNode} cores a node.`,
    `- One spare process of each service and one spare node of each kind; ${copies} copies of log and tables, each copy costing what one does.`,
    `- Disk of one copy: ${whole(costs.logBytes)} bytes an event in the log, kept ${assumptions.logHours} h; ${whole(costs.tableBytes)} bytes in the tables, kept ` +
      `${assumptions.retentionDays} days, and ${figure(assumptions.compactionShare * 100, 0)} % of that free for compaction. Measured over ${whole(costs.diskSeconds)} s` +
      `${costs.diskSeconds < 600 ? ': too short to trust, since both engines take room in advance' : ''}.`,
    '- Partitions are fixed once the log exists: four for each process of the stage that has most of them.',
    '',
  ].join('\n');
}
