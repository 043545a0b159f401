import { useState } from 'preact/hooks';
import { count, percent, percentRounded } from '../figures/format.js';
import { stagesOf, worstBy, WORST_BASE_MIN, type RateKey, type Stage } from '../figures/funnel.js';
import { reports } from '../live/live.js';
import { Bar } from './bar.js';
import { Card, Empty } from './card.js';
import { Choice } from './choice.js';
import { Figure } from './figure.js';
import { Why } from './why.js';

const RATES: readonly { readonly value: RateKey; readonly name: string }[] = [
  { value: 'conversion_rate_seated_to_order', name: 'Ordered' },
  { value: 'conversion_rate_order_to_completed', name: 'Completed' },
  { value: 'conversion_rate_order_to_payment', name: 'Paid' },
];
const WORST_SHOWN = 9;

/** From the door to the till in the last hour, and where the most get lost. */
export function Funnel() {
  const report = reports.funnel.value;
  const [by, setBy] = useState<RateKey>('conversion_rate_order_to_completed');
  const stages = report?.totals ? stagesOf(report.totals) : [];
  const worst = report ? worstBy(report.rows, by, WORST_SHOWN) : [];
  return (
    <Card name="funnel" title="From seat to payment" about="Last hour, all locations" report={report}>
      <ol class="funnel">
        {stages.map((stage) => (
          <StageRow key={stage.id} stage={stage} />
        ))}
      </ol>
      <div class="subhead">
        <h3>Lowest rate</h3>
        <Choice label="Which rate" options={RATES} value={by} onChange={setBy} testId="funnel-worst-by" />
      </div>
      {worst.length > 0 ? (
        <ol class="ranked ranked-worst" data-testid="funnel-worst">
          {worst.map(({ row, rate, base }) => (
            <li key={row.location_id} data-testid="funnel-worst-row" data-location-id={row.location_id}>
              <span class="clip">{row.location_name || row.location_id}</span>
              <span class="muted small">of {count(base)}</span>
              <Bar share={rate} tone="bar-warn" />
              <strong>
                <Why
                  report="funnel"
                  of={row.location_id}
                  name={row.location_name || row.location_id}
                  window={report?.window}
                >
                  {percentRounded(rate)}
                </Why>
              </strong>
            </li>
          ))}
        </ol>
      ) : (
        <Empty>No location has {WORST_BASE_MIN} yet to judge a rate by.</Empty>
      )}
    </Card>
  );
}

function StageRow({ stage }: { readonly stage: Stage }) {
  return (
    <li class="stage" data-testid={`funnel-${stage.id}`} data-value={stage.count}>
      <span class="stage-name">{stage.name}</span>
      <span class="stage-bar" aria-hidden="true">
        <span class={`stage-fill stage-${stage.id}`} style={{ width: `${(stage.share * 100).toFixed(2)}%` }} />
      </span>
      <Figure class="stage-count" text={count(stage.count)} />
      <span class="stage-rate" data-testid={`funnel-${stage.id}-rate`}>
        {stage.rate === undefined ? '' : `${percent(stage.rate)} ${stage.rateOf}`}
      </span>
    </li>
  );
}
