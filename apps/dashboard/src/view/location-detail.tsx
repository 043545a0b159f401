import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { averageTicket, count, money, span } from '../figures/format.js';
import { toPoints } from '../figures/series.js';
import { client } from '../live/live.js';
import { Choice } from './choice.js';
import { MinuteChart } from './minute-chart.js';
import { usePolled } from './polled.js';
import { StandingBadges } from './standing-badges.js';
import { Why } from './why.js';

const WINDOWS = [
  { value: '1h', name: 'Last hour' },
  { value: '24h', name: 'Last 24 hours' },
] as const;
type Window = (typeof WINDOWS)[number]['value'];

/** A day in quarters of an hour can be read; in minutes it is noise. */
const BUCKET_MINUTES: Readonly<Record<Window, number>> = { '1h': 1, '24h': 15 };
const READ_EVERY_MS = 10_000;

/** One location's own revenue over time, read from its own report. */
export function LocationDetail({ locationId, name }: { readonly locationId: string; readonly name: string }) {
  const [window, setWindow] = useState<Window>('1h');
  const here = useRef<HTMLDivElement>(null);
  useEffect(() => here.current?.scrollIntoView({ block: 'nearest' }), []);
  const api = client.value;
  const { data, error } = usePolled(api && (() => api.locationRevenue(locationId, window)), READ_EVERY_MS, [
    api,
    locationId,
    window,
  ]);
  const points = useMemo(() => (data ? toPoints(data, BUCKET_MINUTES[window]) : []), [data, window]);
  const revenue = points.reduce((cents, point) => cents + Math.round(point.revenue * 100), 0) / 100;
  const orders = points.reduce((n, point) => n + point.orders, 0);
  return (
    <div ref={here} class="detail" data-testid="location-detail" data-location-id={locationId}>
      <div class="detail-head">
        <Choice label="Time" options={WINDOWS} value={window} onChange={setWindow} testId="detail-window" />
        <span class="muted tool-note">
          {window === '24h' ? 'Per 15 minutes' : 'Per minute'}
          {data ? ` · ${span(data.window)}` : ''}
        </span>
        <StandingBadges of="detail" report={data} />
      </div>
      {error && (
        <p class="failure" role="status">
          {error} {data ? 'This is the last answer.' : ''}
        </p>
      )}
      <p class="detail-facts">
        <span>
          <strong data-testid="detail-revenue">
            <Why report="revenue" of={locationId} name={name} window={data?.window}>
              {data ? money(revenue) : '–'}
            </Why>
          </strong>{' '}
          revenue
        </span>
        <span>
          <strong>{data ? count(orders) : '–'}</strong> orders
        </span>
        <span>
          <strong>{money(averageTicket(revenue, orders))}</strong> average ticket
        </span>
      </p>
      <MinuteChart points={points} height={150} label={`Revenue of ${name}`} />
    </div>
  );
}
