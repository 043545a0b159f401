import { useState } from 'preact/hooks';
import type { DurationRow } from '../contract.js';
import { count, hourOfDay, minutes } from '../figures/format.js';
import { SAMPLES_MIN, slowestFirst, type Wait } from '../figures/waits.js';
import { client, reports } from '../live/live.js';
import { Card, Empty } from './card.js';
import { Choice } from './choice.js';
import { usePolled } from './polled.js';

const KINDS = [
  { value: 'seated', name: 'Seated → completed' },
  { value: 'kitchen', name: 'Kitchen' },
] as const;
type Kind = (typeof KINDS)[number]['value'];
const KITCHEN_EVERY_MS = 30_000;

/** How long guests wait, where and at which hour of the local day; the slowest first. */
export function WaitTimes() {
  const [kind, setKind] = useState<Kind>('seated');
  const api = client.value;
  const kitchen = usePolled(kind === 'kitchen' && api ? () => api.kitchen() : undefined, KITCHEN_EVERY_MS, [api, kind]);
  const report = kind === 'kitchen' ? kitchen.data : reports['wait-times'].value;
  const waits = report ? slowestFirst(report.rows) : [];
  const longest = waits.reduce((max, wait) => Math.max(max, wait.row.p99_minutes), 1);
  const tools = <Choice label="Which time" options={KINDS} value={kind} onChange={setKind} testId="wait-kind" />;
  return (
    <Card name="wait-times" title="Wait times" about="Minutes, by local hour" report={report} tools={tools}>
      {kind === 'kitchen' && kitchen.error && <p class="failure">{kitchen.error}</p>}
      {waits.length > 0 ? (
        <div class="scroll scroll-waits" tabIndex={0} role="region" aria-label="Wait times by location and hour">
          <table class="table table-waits">
            <thead>
              <tr>
                <th scope="col" class="col-text">
                  Location
                </th>
                <th scope="col" class="col-text col-hour">
                  Hour
                </th>
                <th scope="col" class="col-figure col-wide">
                  Guests
                </th>
                <th scope="col" class="col-figure">
                  P50
                </th>
                <th scope="col" class="col-figure">
                  P90
                </th>
                <th scope="col" class="col-figure">
                  P99
                </th>
                <th scope="col" class="col-range">
                  <span class="sr-only">Range from P50 to P99</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {waits.map((wait) => (
                <WaitRow key={wait.id} wait={wait} longest={longest} />
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <Empty>
          {kind === 'kitchen'
            ? 'No kitchen times yet: they come with order_completed.'
            : 'No waits yet: they need a table_seated and an order_completed of the same table.'}
        </Empty>
      )}
    </Card>
  );
}

function WaitRow({ wait, longest }: { readonly wait: Wait; readonly longest: number }) {
  const row: DurationRow = wait.row;
  return (
    <tr
      class={wait.slow ? 'slow' : wait.fewSamples ? 'few' : ''}
      data-testid="wait-row"
      data-location-id={row.location_id}
      data-hour={row.hour_of_day}
      data-slow={wait.slow}
    >
      <th scope="row" class="col-text">
        <span class="item">
          <span class="clip">{row.location_name || row.location_id}</span>
          {wait.slow && <span class="tag tag-slow">slow</span>}
          {wait.fewSamples && (
            <span class="tag" title={`Fewer than ${SAMPLES_MIN} samples: not ranked among the others`}>
              few
            </span>
          )}
        </span>
      </th>
      <td class="col-text col-hour">
        {hourOfDay(row.hour_of_day).slice(0, 5)}
        <span class="hour-end">{hourOfDay(row.hour_of_day).slice(5)}</span>
      </td>
      <td class="col-figure col-wide">{count(row.samples)}</td>
      <td class="col-figure">{minutes(row.p50_minutes)}</td>
      <td class="col-figure strong">{minutes(row.p90_minutes)}</td>
      <td class="col-figure">{minutes(row.p99_minutes)}</td>
      <td class="col-range">
        <Range p50={row.p50_minutes / longest} p90={row.p90_minutes / longest} p99={row.p99_minutes / longest} />
      </td>
    </tr>
  );
}

/** A line from P50 to P99 with a mark at P90, on one scale for all rows. */
function Range({ p50, p90, p99 }: { readonly p50: number; readonly p90: number; readonly p99: number }) {
  const at = (share: number) => `${(Math.max(0, Math.min(1, share)) * 100).toFixed(1)}%`;
  return (
    <span class="range" aria-hidden="true">
      <span class="range-line" style={{ left: at(p50), width: at(p99 - p50) }} />
      <span class="range-mark" style={{ left: at(p90) }} />
    </span>
  );
}
