import { count, decimal, percentRounded } from '../figures/format.js';
import { feelingOf, unhappiest, type Feeling } from '../figures/feedback.js';
import { reports } from '../live/live.js';
import { Card, Empty } from './card.js';
import { Figure } from './figure.js';

const signed = (nps: number | null) =>
  nps === null ? '–' : `${nps > 0 ? '+' : nps < 0 ? '−' : ''}${Math.abs(Math.round(nps))}`;
const UNHAPPIEST_SHOWN = 4;

/** How guests felt: the net promoter score, what it is made of, and who needs a call. */
export function Feedback() {
  const report = reports.feedback.value;
  const feeling = report ? feelingOf(report.rows, report.totals) : undefined;
  const lowest = report ? unhappiest(report.rows, UNHAPPIEST_SHOWN) : [];
  return (
    <Card name="feedback" title="Guest feedback" about="Whole UTC days" report={report}>
      {feeling && feeling.responses > 0 ? (
        <>
          <div class="nps">
            <p class="nps-score" data-testid="nps" data-value={feeling.nps ?? undefined}>
              <Figure text={signed(feeling.nps)} />
              <span class="muted small">NPS</span>
            </p>
            <p class="muted small nps-about">
              {count(feeling.responses)} responses{feeling.whole ? '' : ' of the locations shown'}
              <br />
              {decimal(feeling.rating)} average rating
            </p>
          </div>
          <Mood feeling={feeling} />
          <ol class="ranked">
            {lowest.map((row) => (
              <li key={row.location_id} data-testid="feedback-row" data-location-id={row.location_id}>
                <span class="clip">{row.location_name || row.location_id}</span>
                <span class="muted small">{count(row.responses)} responses</span>
                <strong>{signed(row.nps)}</strong>
              </li>
            ))}
          </ol>
        </>
      ) : (
        <Empty>No feedback in these days. It comes with feedback events.</Empty>
      )}
    </Card>
  );
}

function Mood({ feeling }: { readonly feeling: Feeling }) {
  const all = Math.max(1, feeling.promoters + feeling.passives + feeling.detractors);
  const parts = [
    { name: 'promoters', n: feeling.promoters },
    { name: 'passives', n: feeling.passives },
    { name: 'detractors', n: feeling.detractors },
  ];
  return (
    <>
      <div class="strip" aria-hidden="true">
        {parts.map(({ name, n }) => (
          <span key={name} class={`mood-${name}`} style={{ width: `${(n / all) * 100}%` }} />
        ))}
      </div>
      <ul class="mood">
        {parts.map(({ name, n }) => (
          <li key={name}>
            <span class={`swatch mood-${name}`} aria-hidden="true" /> {percentRounded(n / all)} {name}
          </li>
        ))}
      </ul>
    </>
  );
}
