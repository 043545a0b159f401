import type { Dated } from '../contract.js';

/**
 * After a reconnect another replica may answer, one that is still reading up. For this long its older figures are not shown, so that a
 * number never goes back in time without a reason.
 */
const CATCH_UP_MS = 15_000;

export function logTimeMs(report: Dated | undefined): number | undefined {
  const ms = report?.as_of ? Date.parse(report.as_of.log_time) : NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * The report to show: the incoming one, unless it is older than what is shown and its sender may still be catching up. After that time
 * an older log time is the truth (a restored log, another epoch), and hiding it would be the lie.
 */
export function mergeReport<T extends Dated>(shown: T | undefined, incoming: T, connectedForMs: number): T {
  const shownMs = logTimeMs(shown);
  const incomingMs = logTimeMs(incoming);
  if (shown === undefined || shownMs === undefined || incomingMs === undefined) return incoming;
  return incomingMs < shownMs && connectedForMs < CATCH_UP_MS ? shown : incoming;
}

/**
 * The log time the page as a whole is as of. A topic is sent whenever its figure changed, so a figure not sent again still holds at
 * the newest log time of any.
 */
export function newestLogTimeMs(reports: readonly (Dated | undefined)[]): number | undefined {
  let newest: number | undefined;
  for (const report of reports) {
    const ms = logTimeMs(report);
    if (ms !== undefined && (newest === undefined || ms > newest)) newest = ms;
  }
  return newest;
}
