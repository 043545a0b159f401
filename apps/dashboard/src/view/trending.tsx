import { count } from '../figures/format.js';
import { reports } from '../live/live.js';
import { Bar } from './bar.js';
import { Card, Empty } from './card.js';
import { Figure } from './figure.js';
import { Why } from './why.js';

const SHOWN_MAX = 10;

/** What the kitchens will be asked for next. */
export function Trending() {
  const report = reports.items.value;
  const rows = report?.rows.slice(0, SHOWN_MAX) ?? [];
  const most = rows[0]?.total_quantity ?? 0;
  return (
    <Card name="items" title="Trending items" about="Last 30 minutes" report={report}>
      {rows.length > 0 ? (
        <table class="table table-items">
          <thead>
            <tr>
              <th scope="col" class="col-text">
                Item
              </th>
              <th scope="col" class="col-bar">
                <span class="sr-only">Share of the highest</span>
              </th>
              <th scope="col" class="col-figure">
                Sold
              </th>
              <th scope="col" class="col-figure">
                Orders
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => (
              <tr key={row.item_id} data-testid="trending-row" data-item-id={row.item_id}>
                <th scope="row" class="col-text">
                  <span class="item">
                    <span class="rank" aria-hidden="true">
                      {i + 1}
                    </span>
                    <span class="clip">{row.item_name || row.item_id}</span>
                    {row.category && <span class="muted small item-category">{row.category}</span>}
                  </span>
                </th>
                <td class="col-bar">
                  <Bar share={most > 0 ? row.total_quantity / most : 0} />
                </td>
                <td class="col-figure strong">
                  <Why report="items" of={row.item_id} name={row.item_name || row.item_id} window={report?.window}>
                    <Figure text={count(row.total_quantity)} />
                  </Why>
                </td>
                <td class="col-figure">{count(row.order_count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <Empty>Nothing sold in this half hour. Items come with order_placed and order_item_added events.</Empty>
      )}
    </Card>
  );
}
