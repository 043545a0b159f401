import { useEffect, useRef, useState } from 'preact/hooks';
import type { ReceiptQuestion } from '../api/receipt-query.js';
import type { Receipt, ReceiptEvent } from '../contract.js';
import { clock, count, span, timeNear, words } from '../figures/format.js';
import { contributionOf, equationOf, markOf, positionOf } from '../figures/receipt.js';
import { client } from '../live/live.js';
import type { Asked } from './why.js';

const SUBJECTS = { revenue: 'Revenue', funnel: 'Funnel', items: 'Sold' } as const;

/**
 * Why a number is what it is: the sum it is, the recount that must give it, and every event it is made of. Read once and not again: an
 * explanation that moves explains nothing.
 */
export function ReceiptDrawer({ asked, onClose }: { readonly asked: Asked; readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [asOf, setAsOf] = useState<string | undefined>(undefined);
  const question: ReceiptQuestion = { report: asked.report, key: asked.of, window: asked.window, asOf };
  const { receipt, events, error, reading, readMore, readAgain } = useReceipt(question);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="drawer drawer-wide"
      aria-labelledby="receipt-title"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
      data-testid="receipt-drawer"
    >
      <div class="drawer-inner" aria-busy={reading}>
        <header class="card-head">
          <h2 id="receipt-title">Why this number?</h2>
          <span class="drawer-tools">
            <Download question={question} name={asked.name} disabled={!receipt} />
            <button type="button" class="button" onClick={() => dialog.current?.close()}>
              Close
            </button>
          </span>
          <p class="muted card-about">
            {SUBJECTS[asked.report]} · {asked.name} · {span(asked.window)}
          </p>
        </header>
        <AsOf value={asOf} near={asked.window.to} onChange={setAsOf} />
        {error && (
          <p class="failure" role="alert" data-testid="receipt-error">
            {error}{' '}
            <button type="button" class="quiet" onClick={readAgain}>
              Try again
            </button>
          </p>
        )}
        <div aria-live="polite">
          {receipt ? (
            <Sum asked={asked} receipt={receipt} />
          ) : (
            reading && (
              <p class="empty" data-testid="receipt-reading">
                Looking the events up and counting them again
              </p>
            )
          )}
        </div>
        {receipt && <Events report={asked.report} receipt={receipt} events={events} />}
        {receipt && events.length < receipt.event_count && (
          <button type="button" class="button" onClick={readMore} disabled={reading} data-testid="receipt-more">
            Show more ({count(events.length)} of {count(receipt.event_count)})
          </button>
        )}
      </div>
    </dialog>
  );
}

/** The equation, column by column, and whether the recount agrees. */
function Sum({ asked, receipt }: { readonly asked: Asked; readonly receipt: Receipt }) {
  const { verdict, sentence, lines } = equationOf(asked.report, receipt);
  return (
    <section class={`sum sum-${verdict}`} data-testid="receipt-sum" data-verdict={verdict}>
      <p class="sum-sentence">
        <span class="sum-sign" aria-hidden="true">
          {verdict === 'equal' ? '✓' : verdict === 'different' ? '✗' : '…'}
        </span>{' '}
        {sentence}
      </p>
      <table class="table table-sum">
        <thead>
          <tr>
            <th scope="col" class="col-text">
              <span class="sr-only">Column</span>
            </th>
            <th scope="col" class="col-figure">
              Shown
            </th>
            <th scope="col" class="col-figure">
              Recounted
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.name} data-equal={line.equal}>
              <th scope="row" class="col-text">
                {line.name}
              </th>
              <td class="col-figure">{line.stored}</td>
              <td class="col-figure">
                {line.recounted}
                <span class="sr-only">{line.equal ? ', equal' : ', different'}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="muted small">
        {receipt.as_of.log_time ? `As of ${clock(receipt.as_of.log_time)}` : 'As of the beginning'}, from the history of
        every event.
      </p>
      {receipt.problems.map((problem) => (
        <p key={problem} class="failure">
          {problem}
        </p>
      ))}
    </section>
  );
}

interface EventsProps {
  readonly report: Asked['report'];
  readonly receipt: Receipt;
  readonly events: readonly ReceiptEvent[];
}

function Events({ report, receipt, events }: EventsProps) {
  if (receipt.event_count === 0) {
    return <p class="empty">No event is behind this number: it is zero because nothing happened.</p>;
  }
  return (
    <div class="scroll-sideways" tabIndex={0} role="region" aria-label="Events of this number">
      <table class="table table-receipt">
        <thead>
          <tr>
            <th scope="col" class="col-text">
              Time
            </th>
            <th scope="col" class="col-text">
              Event
            </th>
            <th scope="col" class="col-figure">
              Contributes
            </th>
            <th scope="col" class="col-figure">
              Position
            </th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <Line key={`${positionOf(event)} ${event.how}`} report={report} event={event} near={receipt.window.to} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface LineProps {
  readonly report: Asked['report'];
  readonly event: ReceiptEvent;
  readonly near: string;
}

function Line({ report, event, near }: LineProps) {
  const marked = markOf(event);
  return (
    <tr data-testid="receipt-event" data-how={event.how}>
      <td class="col-text">
        <time dateTime={event.time ?? undefined} title={`arrived ${clock(event.log_time)}`}>
          {event.time ? clock(event.time) : timeNear(event.log_time, near)}
        </time>
      </td>
      <td class="col-text">
        {words(event.event_type)}{' '}
        {marked && (
          <span class={`tag tag-${event.how}`} title={marked.why}>
            {marked.mark}
          </span>
        )}
        <span class="muted small receipt-id">{event.event_id}</span>
      </td>
      <td class="col-figure">{contributionOf(report, event)}</td>
      <td class="col-figure muted small" title={`entry ${event.entry}`}>
        {positionOf(event)}
      </td>
    </tr>
  );
}

interface AsOfProps {
  readonly value: string | undefined;
  readonly near: string;
  readonly onChange: (value: string | undefined) => void;
}

/** What was known then: a log time in the viewer's own zone. */
function AsOf({ value, near, onChange }: AsOfProps) {
  const [text, setText] = useState('');
  return (
    <form
      class="drawer-filter"
      onSubmit={(event) => {
        event.preventDefault();
        const at = new Date(text);
        onChange(Number.isNaN(at.getTime()) ? undefined : at.toISOString());
      }}
    >
      <label>
        As known at{' '}
        <input
          type="datetime-local"
          step="1"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          data-testid="receipt-as-of"
        />
      </label>
      <button type="submit" class="button" disabled={text === ''}>
        Show
      </button>
      {value !== undefined && (
        <button
          type="button"
          class="quiet"
          onClick={() => {
            setText('');
            onChange(undefined);
          }}
        >
          Back to now (shown: {timeNear(value, near)})
        </button>
      )}
    </form>
  );
}

interface DownloadProps {
  readonly question: ReceiptQuestion;
  readonly name: string;
  readonly disabled: boolean;
}

/** Every event as a file. The key goes in a header, so a plain link cannot fetch it. */
function Download({ question, name, disabled }: DownloadProps) {
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');
  const save = async () => {
    const api = client.value;
    if (!api) return;
    setState('busy');
    try {
      const url = URL.createObjectURL(await api.receiptCsv(question));
      const link = document.createElement('a');
      link.href = url;
      link.download = `receipt ${question.report} ${name} ${question.window.from.slice(0, 16)}.csv`.replace(
        /[^\w.-]+/g,
        '-',
      );
      link.click();
      URL.revokeObjectURL(url);
      setState('idle');
    } catch {
      setState('failed');
    }
  };
  return (
    <button
      type="button"
      class="button"
      onClick={() => void save()}
      disabled={disabled || state === 'busy'}
      data-testid="receipt-csv"
    >
      {state === 'busy' ? 'Saving' : state === 'failed' ? 'CSV failed, again' : 'CSV'}
    </button>
  );
}

interface Read {
  readonly receipt: Receipt | undefined;
  readonly events: readonly ReceiptEvent[];
  readonly error: string | undefined;
  readonly reading: boolean;
}

const UNREAD: Read = { receipt: undefined, events: [], error: undefined, reading: true };

/** Reads the receipt, and its next pages when asked to. */
function useReceipt(
  question: ReceiptQuestion,
): Read & { readonly readMore: () => void; readonly readAgain: () => void } {
  const [read, setRead] = useState<Read>(UNREAD);
  const [attempt, setAttempt] = useState(0);
  const current = useRef(0);
  const api = client.value;
  const ask = (cursor: string | undefined, known: Read) => {
    if (!api) return;
    // An answer to an earlier question is nobody's any more.
    const mine = ++current.current;
    setRead({ ...known, reading: true, error: undefined });
    api.receipt(question, cursor).then(
      (receipt) => {
        if (mine === current.current)
          setRead({ receipt, events: [...known.events, ...receipt.events], error: undefined, reading: false });
      },
      (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        if (mine === current.current) setRead({ ...known, reading: false, error: message });
      },
    );
  };
  useEffect(
    () => ask(undefined, UNREAD),
    [api, question.report, question.key, question.window.to, question.asOf, attempt],
  );
  return {
    ...read,
    readMore: () => {
      const cursor = read.receipt?.next_cursor;
      if (cursor) ask(cursor, read);
    },
    readAgain: () => setAttempt(attempt + 1),
  };
}
