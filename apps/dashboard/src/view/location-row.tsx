import { Fragment } from 'preact';
import type { RevenueRow, Window } from '../contract.js';
import { count, money } from '../figures/format.js';
import { Bar } from './bar.js';
import { Figure } from './figure.js';
import { LocationDetail } from './location-detail.js';
import { Why } from './why.js';

/** As many as the table has headings. */
const COLUMNS = 6;

interface Props {
  readonly row: RevenueRow;
  readonly window: Window | undefined;
  readonly most: number;
  readonly open: boolean;
  readonly onToggle: () => void;
}

/** One location, and below it, when opened, its own day. The whole row can be clicked; the name is its button for the keyboard. */
export function LocationRow({ row, window, most, open, onToggle }: Props) {
  return (
    <Fragment>
      <tr
        class="row-open"
        data-testid="revenue-row"
        data-location-id={row.location_id}
        data-open={open}
        onClick={onToggle}
      >
        <th scope="row" class="col-text">
          <button
            type="button"
            class="row-name"
            aria-expanded={open}
            onClick={(event) => {
              event.stopPropagation();
              onToggle();
            }}
          >
            <span class="chevron" aria-hidden="true" />
            <span class="clip">{row.location_name || row.location_id}</span>
          </button>
        </th>
        <td class="col-figure strong" data-testid="revenue-row-revenue">
          <Why report="revenue" of={row.location_id} name={row.location_name || row.location_id} window={window}>
            <Figure text={money(row.revenue)} />
          </Why>
        </td>
        <td class="col-bar">
          <Bar share={most > 0 ? row.revenue / most : 0} />
        </td>
        <td class="col-figure" data-testid="revenue-row-orders">
          {count(row.order_count)}
        </td>
        <td class="col-figure col-wide">{money(row.net_sales)}</td>
        <td class="col-figure col-wide">{money(row.tips)}</td>
      </tr>
      {open && (
        <tr class="row-detail">
          <td colSpan={COLUMNS}>
            <LocationDetail locationId={row.location_id} name={row.location_name || row.location_id} />
          </td>
        </tr>
      )}
    </Fragment>
  );
}
