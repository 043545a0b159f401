import { readBooks } from '../figures/books.js';
import { count, span } from '../figures/format.js';
import { reports } from '../live/live.js';
import { StandingBadges } from './standing-badges.js';

/** The books of the last day in one line: what was accepted is what became of it. A difference is an alarm, not a footnote. */
export function BooksLine() {
  const ledger = reports.ledger.value;
  if (!ledger) {
    return (
      <div class="books" data-testid="books" data-state="waiting">
        <p class="muted">Waiting for the books</p>
      </div>
    );
  }
  const books = readBooks(ledger);
  return (
    <div
      class="books"
      data-testid="books"
      data-state={books.closes ? 'closed' : 'open'}
      data-difference={ledger.difference}
    >
      <p>
        <span class="books-verdict">{books.closes ? 'Books close' : 'Alarm'}</span>{' '}
        {books.alarm && (
          <strong role="alert" class="books-alarm" data-testid="books-alarm">
            {books.alarm}{' '}
          </strong>
        )}
        <span class="books-sentence" data-testid="books-sentence">
          {books.sentence}
        </span>
        {(ledger.given_up_messages ?? 0) > 0 && (
          <span class="muted" data-testid="books-given-up">
            {' '}
            · {count(ledger.given_up_messages)} messages of unknown outcome, sent again
          </span>
        )}
        {ledger.window && <span class="muted"> · {span(ledger.window)}</span>}
      </p>
      {ledger.as_of && <StandingBadges of="books" report={ledger} />}
    </div>
  );
}
