import { count, hourMinute, moneyChange, timeNear } from '../figures/format.js';
import { restatementText } from '../figures/receipt.js';
import { client } from '../live/live.js';
import { Card, Empty } from './card.js';
import { usePolled } from './polled.js';
import { asked } from './why.js';

const READ_EVERY_MS = 10_000;
const SHOWN_MAX = 8;

/** What changed after it was settled: never silently. */
export function Restatements() {
  const api = client.value;
  const { data, error } = usePolled(api && (() => api.restatements()), READ_EVERY_MS, [api]);
  const rows = data?.rows.slice(0, SHOWN_MAX) ?? [];
  return (
    <Card name="restatements" title="Restated" about="Last 24 hours" report={data}>
      {error && <p class="failure">{error}</p>}
      <p class="headline headline-small" data-testid="restatements" data-value={data?.totals.restatements}>
        {moneyChange(data?.totals.revenue)}{' '}
        <span class="muted small">
          by {data?.is_complete === false && 'the latest '}
          {count(data?.totals.events)} {data?.totals.events === 1 ? 'event' : 'events'} that came after their minutes
          were settled
        </span>
      </p>
      {rows.length > 0 ? (
        <ol class="ranked ranked-restated">
          {rows.map((row) => (
            <li
              key={`${row.position.shard} ${row.position.seq} ${row.location_id} ${row.minute}`}
              data-testid="restatement-row"
              data-location-id={row.location_id}
            >
              <time class="muted small" dateTime={row.restated_at}>
                {timeNear(row.restated_at, data?.as_of.log_time)}
              </time>
              <span class="clip">
                {row.location_name || row.location_id}{' '}
                <span class="muted small">at {timeNear(row.minute, data?.as_of.log_time)}</span>
              </span>
              <button
                type="button"
                class="why"
                title="Why this number?"
                onClick={() => {
                  const to = new Date(Date.parse(row.minute) + 60_000).toISOString();
                  const window = { from: row.minute, to };
                  const name = `${row.location_name || row.location_id} at ${hourMinute(row.minute)}`;
                  asked.value = { report: row.revenue === 0 ? 'funnel' : 'revenue', of: row.location_id, name, window };
                }}
              >
                {restatementText(row)}
              </button>
            </li>
          ))}
        </ol>
      ) : (
        <Empty>No event came too late to be expected: nothing that was settled has changed.</Empty>
      )}
      {data && data.row_count > rows.length && (
        <p class="muted small">
          and {!data.is_complete && 'at least '}
          {count(data.row_count - rows.length)} more, in /v1/restatements
        </p>
      )}
    </Card>
  );
}
