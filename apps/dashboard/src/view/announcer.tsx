import { useEffect, useState } from 'preact/hooks';
import { clock, count, money } from '../figures/format.js';
import { connection, pageLogTimeMs, reports } from '../live/live.js';

const EVERY_MS = 60_000;

/** The figures that matter, once a minute, and each change of the connection: what changes four times a second is not read out. */
export function Announcer() {
  const [summary, setSummary] = useState('');
  useEffect(() => {
    const timer = setInterval(() => {
      const totals = reports.revenue.peek()?.totals;
      if (!totals) return;
      setSummary(
        `Revenue of the last five minutes ${money(totals.revenue)}, ${count(totals.order_count)} orders, as of ${clock(pageLogTimeMs.peek())}.`,
      );
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const { kind } = connection.value;
  useEffect(() => {
    document.title = kind === 'live' || kind === 'connecting' ? 'Ticketrail' : 'No news – Ticketrail';
  }, [kind]);
  const spoken = {
    connecting: '',
    live: 'Live.',
    stale: 'No news from the server.',
    reconnecting: 'Reconnecting.',
    refused: '',
  }[kind];
  return (
    <div class="sr-only" role="status" aria-live="polite" data-testid="announcer">
      {spoken} {summary}
    </div>
  );
}
