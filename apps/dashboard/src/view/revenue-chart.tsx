import { useMemo } from 'preact/hooks';
import { toPoints } from '../figures/series.js';
import { reports } from '../live/live.js';
import { Card, Empty } from './card.js';
import { ChartKey, MinuteChart } from './minute-chart.js';

/** The last hour, minute by minute, all locations. */
export function RevenueChart() {
  const report = reports.series.value;
  const points = useMemo(() => (report ? toPoints(report) : []), [report]);
  return (
    <Card name="series" title="Revenue per minute" about="Last hour, all locations" report={report}>
      {points.length > 0 ? (
        <>
          <MinuteChart points={points} height={206} label="Revenue per minute over the last hour" />
          <ChartKey filling="this minute so far" />
        </>
      ) : (
        <Empty>No minutes yet: the chart begins with the first payment.</Empty>
      )}
    </Card>
  );
}
