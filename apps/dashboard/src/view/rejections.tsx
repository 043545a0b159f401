import { useState } from 'preact/hooks';
import { count, percent } from '../figures/format.js';
import { reports } from '../live/live.js';
import { Card } from './card.js';
import { Figure } from './figure.js';
import { RejectionsDrawer } from './rejections-drawer.js';

/** What was refused: never silently, and every one can be read. */
export function Rejections() {
  const ledger = reports.ledger.value;
  const [open, setOpen] = useState(false);
  const rejected = ledger?.rejected ?? 0;
  return (
    <Card name="rejections" title="Rejected" about="Last 24 hours" report={ledger}>
      <p class="headline headline-small" data-testid="rejections" data-value={ledger?.rejected}>
        <Figure text={count(ledger?.rejected)} />
        {ledger && ledger.accepted > 0 && (
          <span class="muted small">
            {percent(rejected / ledger.accepted)} of {count(ledger.accepted)} accepted
          </span>
        )}
      </p>
      <p class="muted small">
        {rejected === 0
          ? 'Every event was understood.'
          : 'They are in the log and in the books, but in no figure. Their senders can correct and post them again.'}
      </p>
      <button
        type="button"
        class="button"
        onClick={() => setOpen(true)}
        data-testid="rejections-open"
        disabled={rejected === 0}
      >
        Read them
      </button>
      {open && <RejectionsDrawer onClose={() => setOpen(false)} />}
    </Card>
  );
}
