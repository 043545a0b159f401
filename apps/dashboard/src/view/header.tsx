import { clock } from '../figures/format.js';
import { changeKey, connection, outOfDate, pageLogTimeMs } from '../live/live.js';
import { BooksLine } from './books-line.js';

const zone = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' })
  .formatToParts()
  .find((part) => part.type === 'timeZoneName')?.value;

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" class="mark-ground" />
      <rect x="5" y="7" width="22" height="3.5" rx="1.75" class="mark-ink" />
      <path
        d="M8 12h5v11l-2.5-2L8 23zM14.5 12h3v7L16 17.700l-1.500 1.300zM19 12h5v13l-2.500-2-2.500 2z"
        class="mark-ink"
      />
    </svg>
  );
}

/** Who is speaking, whether it is still listening, and as of when. */
export function Header() {
  const { kind, label, detail } = connection.value;
  return (
    <header class="header">
      <div class="header-row">
        <h1 class="brand">
          <Mark />
          Ticketrail
        </h1>
        <span class="connection" data-testid="connection-state" data-state={kind} title={detail}>
          <span class="dot" aria-hidden="true" />
          {label}
        </span>
        <p class="page-as-of" data-out-of-date={outOfDate.value}>
          Figures as of{' '}
          <strong data-testid="as-of-page">
            <time>{clock(pageLogTimeMs.value)}</time>
          </strong>{' '}
          <span class="muted">{zone}</span>
        </p>
        <button type="button" class="quiet" onClick={changeKey} data-testid="change-key">
          Change key
        </button>
      </div>
      <BooksLine />
    </header>
  );
}
