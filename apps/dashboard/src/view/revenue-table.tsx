import { useState } from 'preact/hooks';
import type { RevenueRow } from '../contract.js';
import { count } from '../figures/format.js';
import { matching, sortRows, type Sort } from '../figures/ordering.js';
import { reports } from '../live/live.js';
import { Card, Empty } from './card.js';
import { useHeldOrder } from './held-order.js';
import { LocationRow } from './location-row.js';
import { SortHeading } from './sort-heading.js';

const SHOWN_MAX = 50;
const idOf = (row: RevenueRow) => row.location_id;
const textOf = (row: RevenueRow) => `${row.location_name} ${row.location_id}`;

/** Who earns what right now; a location opens in place. */
export function RevenueTable() {
  const report = reports.revenue.value;
  const [sort, setSort] = useState<Sort<RevenueRow>>({ by: 'revenue', descending: true });
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState<string | undefined>(undefined);
  const top = report?.rows.slice(0, SHOWN_MAX) ?? [];
  const sorted = sortRows(matching(top, search, textOf), sort, idOf);
  const { rows, held, holders } = useHeldOrder(sorted, idOf, `${sort.by} ${sort.descending} ${search}`);
  const most = top.reduce((max, row) => Math.max(max, row.revenue), 0);
  const heading = { sort, onSort: setSort };

  const tools = (
    <>
      <input
        type="search"
        class="filter"
        placeholder="Filter locations"
        aria-label="Filter locations"
        value={search}
        onInput={(event) => setSearch(event.currentTarget.value)}
        data-testid="revenue-filter"
      />
      <span class="muted tool-note">
        {search ? `${count(rows.length)} of ${count(top.length)}` : top.length > 0 ? `Top ${count(top.length)}` : ''}
        {held ? ', order held while you are in it' : ''}
      </span>
    </>
  );
  return (
    <Card name="locations" title="Revenue by location" about="Last 5 minutes" report={report} tools={tools}>
      <div class="scroll scroll-locations" {...holders}>
        <table class="table" data-testid="revenue-table">
          <thead>
            <tr>
              <SortHeading {...heading} by="location_name" name="Location" text />
              <SortHeading {...heading} by="revenue" name="Revenue" />
              <th scope="col" class="col-bar">
                <span class="sr-only">Share of the highest</span>
              </th>
              <SortHeading {...heading} by="order_count" name="Orders" />
              <SortHeading {...heading} by="net_sales" name="Net" wide />
              <SortHeading {...heading} by="tips" name="Tips" wide />
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <LocationRow
                key={row.location_id}
                row={row}
                window={report?.window}
                most={most}
                open={open === row.location_id}
                onToggle={() => setOpen(open === row.location_id ? undefined : row.location_id)}
              />
            ))}
          </tbody>
        </table>
        {rows.length === 0 && (
          <Empty>
            {search
              ? `None of the ${count(top.length)} locations shown matches “${search}”.`
              : 'No payments in these five minutes. A location appears with its first payment.'}
          </Empty>
        )}
      </div>
    </Card>
  );
}
