import type { ReceiptReport } from '../contract.js';

/** Which figure a receipt is asked for. */
export interface ReceiptQuestion {
  readonly report: ReceiptReport;
  /** The location's id, or the item's for `items`. */
  readonly key: string;
  readonly window: { readonly from: string; readonly to: string };
  /** What was known then, ISO-8601; now where it is absent. */
  readonly asOf?: string | undefined;
}

/** The query of a receipt: its window in whole minutes, and the last of them. */
export function receiptQuery({ report, key, window, asOf }: ReceiptQuestion): Record<string, string> {
  const to = Date.parse(window.to);
  const minutes = Math.round((to - Date.parse(window.from)) / 60_000);
  return {
    [report === 'items' ? 'item_id' : 'location_id']: key,
    window: `${minutes}m`,
    at: new Date(to - 1).toISOString(),
    ...(asOf === undefined ? {} : { as_of: asOf }),
  };
}
