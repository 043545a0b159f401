import type { Dated } from '../contract.js';
import { restatedWhy, standingOf } from '../figures/completeness.js';
import { outOfDate } from '../live/live.js';
import { Tooltip } from './tooltip.js';

interface Props {
  /** Which card's, for the test ids. */
  readonly of: string;
  readonly report: Dated | undefined;
}

/** As of when, and whether it can still change: on every card, always. */
export function StandingBadges({ of, report }: Props) {
  if (!report) return <span class="badges badges-waiting" aria-hidden="true" />;
  const standing = standingOf(report, outOfDate.value);
  const restated = restatedWhy(report);
  return (
    <span class="badges">
      <Tooltip
        text={standing.asOfWhy}
        class="badge-as-of"
        testId={`as-of-${of}`}
        state={outOfDate.value ? 'out-of-date' : 'current'}
      >
        <span class="as-of-word">as of </span>
        <time dateTime={report.as_of?.log_time}>{standing.asOf}</time>
      </Tooltip>
      {/* What only says how things stand now has no window that could settle. */}
      {standing.state !== 'unknown' && (
        <Tooltip
          text={standing.stateWhy}
          class={`badge-${standing.state}`}
          testId={`completeness-${of}`}
          state={standing.state}
        >
          {standing.state}
        </Tooltip>
      )}
      {restated !== undefined && (
        <Tooltip text={restated} class="badge-restated" testId={`restated-${of}`} state="restated">
          restated
        </Tooltip>
      )}
    </span>
  );
}
