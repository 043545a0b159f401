import type { Client } from '../api/client.js';
import { changeOf, comparedMinutes, type Comparison } from '../figures/comparison.js';
import { clock, money, percent, span, weekday } from '../figures/format.js';
import { client, pageLogTimeMs } from '../live/live.js';
import { usePolled } from './polled.js';
import { Tooltip } from './tooltip.js';

const READ_EVERY_MS = 20_000;

/** Is that good for this evening? The last five whole minutes against the same minutes a week ago. */
export function WeekAgo() {
  const api = client.value;
  const known = pageLogTimeMs.value !== undefined;
  const { data } = usePolled(api && known ? () => readBoth(api) : undefined, READ_EVERY_MS, [api, known]);
  if (!data) return <p class="week-ago muted">{'\u00A0'}</p>;
  const day = weekday(data.before.window.from);
  const change = changeOf(data);
  if (change === null) return <p class="week-ago muted">No revenue at this time last {day} to compare with.</p>;
  const up = change >= 0;
  return (
    <p class="week-ago" data-testid="week-ago" data-change={change}>
      <Tooltip
        class={up ? 'badge-settled' : 'badge-provisional'}
        text={
          `Whole minutes only, ${span(data.now.window)}: ${money(data.now.totals?.revenue)} as of ${clock(data.now.as_of.log_time)}, ` +
          `against ${money(data.before.totals?.revenue)} in the same minutes a week ago.`
        }
      >
        <span aria-hidden="true">{up ? '▲' : '▼'}</span> {percent(Math.abs(change))} {up ? 'more' : 'less'}
      </Tooltip>
      <span class="muted small">
        than last {day}, {span(data.now.window)}
      </span>
    </p>
  );
}

async function readBoth(api: Client): Promise<Comparison> {
  const { nowMs, beforeMs } = comparedMinutes(pageLogTimeMs.peek() ?? Date.now());
  const [now, before] = await Promise.all([api.revenueAt(nowMs), api.revenueAt(beforeMs)]);
  return { now, before };
}
