import type { Dated } from '../contract.js';
import { clock, count, moneyChange, span, timeNear } from './format.js';

/** What the badges of a card say: as of when, and whether it can still change. */
export interface Standing {
  readonly asOf: string;
  readonly asOfWhy: string;
  readonly state: 'provisional' | 'settled' | 'unknown';
  readonly stateWhy: string;
}

export function standingOf(report: Dated, outOfDate: boolean, timeZone?: string): Standing {
  const logTime = report.as_of?.log_time;
  const asOf = clock(logTime, timeZone);
  const late = outOfDate ? ' The connection is down, so what came after is missing here.' : '';
  return {
    asOf,
    asOfWhy: `Everything that arrived before ${asOf} is in these figures.${late}`,
    state: report.completeness?.state ?? 'unknown',
    stateWhy: whyOf(report, timeZone),
  };
}

/** What came late, in a sentence; undefined when nothing did, as far as was looked. */
export function restatedWhy({ restated, as_of: asOf }: Dated, timeZone?: string): string | undefined {
  if (!restated || restated.last_at === null) return undefined;
  const { events, amount, last_at, since } = restated;
  const by = amount === undefined ? '' : ` by ${moneyChange(amount)}`;
  const who = events === 1 ? '1 event that' : `${count(events)} events that`;
  const looked =
    since === undefined ? '' : ` What happened before ${timeNear(since, asOf?.log_time, timeZone)} was not looked at.`;
  return `Restated${by} through ${who} came after their minutes were settled; the last at ${timeNear(last_at, asOf?.log_time, timeZone)}.${looked}`;
}

function whyOf(report: Dated, timeZone?: string): string {
  const { completeness, window, as_of: asOf } = report;
  if (!completeness) return 'The server did not say how complete this is.';
  if (completeness.state === 'settled') {
    const since = completeness.settled_since;
    const when = since === undefined ? '' : ` since ${timeNear(since, asOf?.log_time, timeZone)}`;
    return `Settled${when}: the time for late events of ${span(window, timeZone)} is over. What changes this now is told as a restatement.`;
  }
  const inFlight =
    completeness.in_flight > 0
      ? ` ${count(completeness.in_flight)} ${completeness.in_flight === 1 ? 'event is' : 'events are'} in flight.`
      : '';
  return `Provisional: late events can still change this until ${timeNear(completeness.settles_at, asOf?.log_time, timeZone)}.${inFlight}`;
}
