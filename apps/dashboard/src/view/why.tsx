import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { ReceiptReport, Window } from '../contract.js';

/** A figure somebody wants explained. */
export interface Asked {
  readonly report: ReceiptReport;
  /** The location's id, or the item's for `items`. */
  readonly of: string;
  readonly name: string;
  readonly window: Window;
}

/** The figure whose receipt is open. */
export const asked = signal<Asked | undefined>(undefined);

interface Props {
  readonly report: ReceiptReport;
  readonly of: string;
  readonly name: string;
  readonly window: Window | undefined;
  readonly children: ComponentChildren;
}

/** A figure that can be asked why it is what it is: it is its own button. */
export function Why({ report, of, name, window, children }: Props) {
  if (!window) return <>{children}</>;
  return (
    <button
      type="button"
      class="why"
      title="Why this number?"
      data-testid={`why-${report}`}
      onClick={(event) => {
        // The row around it opens for anything else that is clicked.
        event.stopPropagation();
        asked.value = { report, of, name, window };
      }}
    >
      {children}
    </button>
  );
}
