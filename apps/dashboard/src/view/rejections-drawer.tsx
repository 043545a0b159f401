import { useEffect, useRef, useState } from 'preact/hooks';
import type { RejectionRow } from '../contract.js';
import { clock, count, timeNear, words } from '../figures/format.js';
import { client } from '../live/live.js';
import { usePolled } from './polled.js';
import { StandingBadges } from './standing-badges.js';

const READ_EVERY_MS = 10_000;

/** The newest rejections with their reasons and payloads. A modal dialog: the browser keeps the focus in it, Escape closes it. */
export function RejectionsDrawer({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState('');
  const api = client.value;
  const { data, error } = usePolled(api && (() => api.rejections()), READ_EVERY_MS, [api]);
  useEffect(() => dialog.current?.showModal(), []);

  const reasons = new Map<string, number>();
  for (const row of data?.rows ?? []) reasons.set(row.reason, (reasons.get(row.reason) ?? 0) + 1);
  const rows = (data?.rows ?? []).filter((row) => reason === '' || row.reason === reason);
  return (
    <dialog
      ref={dialog}
      class="drawer"
      aria-labelledby="drawer-title"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
      data-testid="rejections-drawer"
    >
      <div class="drawer-inner">
        <header class="card-head">
          <h2 id="drawer-title">Rejected events</h2>
          <span class="drawer-tools">
            <StandingBadges of="drawer" report={data} />
            <button type="button" class="button" onClick={() => dialog.current?.close()}>
              Close
            </button>
          </span>
          <p class="muted card-about">The newest 100 of the last 24 hours</p>
        </header>
        {error && <p class="failure">{error}</p>}
        <label class="drawer-filter">
          Reason{' '}
          <select value={reason} onChange={(event) => setReason(event.currentTarget.value)}>
            <option value="">all ({count(data?.rows.length)})</option>
            {[...reasons].map(([name, n]) => (
              <option key={name} value={name}>
                {words(name)} ({n})
              </option>
            ))}
          </select>
        </label>
        <ol class="rejections">
          {rows.map((row) => (
            <Rejection key={`${row.position} ${row.index}`} row={row} />
          ))}
        </ol>
        {data && rows.length === 0 && <p class="empty">Nothing was rejected in the last 24 hours.</p>}
      </div>
    </dialog>
  );
}

function Rejection({ row }: { readonly row: RejectionRow }) {
  return (
    <li class="rejection" data-testid="rejection-row" data-reason={row.reason}>
      <p class="rejection-head">
        <span class="tag tag-slow">{words(row.reason)}</span>
        <time dateTime={row.at} title={clock(row.at)}>
          {timeNear(row.at, Date.now())}
        </time>
        <span class="muted small">
          position {row.position}, event {row.index}
        </span>
      </p>
      <p class="rejection-message">{row.message}</p>
      <details>
        <summary>Payload</summary>
        <pre tabIndex={0}>{typeof row.payload === 'string' ? row.payload : JSON.stringify(row.payload, null, 2)}</pre>
      </details>
    </li>
  );
}
