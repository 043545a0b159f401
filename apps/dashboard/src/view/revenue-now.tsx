import { averageTicket, count, money, moneyParts } from '../figures/format.js';
import { reports } from '../live/live.js';
import { Card } from './card.js';
import { Figure } from './figure.js';
import { WeekAgo } from './week-ago.js';

/** The figure the page is opened for. */
export function RevenueNow() {
  const report = reports.revenue.value;
  const totals = report?.totals;
  const parts = moneyParts(totals?.revenue);
  return (
    <Card name="revenue" title="Revenue now" about="Last 5 minutes, all locations" report={report}>
      <p class="headline" data-testid="revenue-now" data-value={totals?.revenue}>
        <Figure text={parts.whole} />
        <span class="cents">{parts.cents}</span>
      </p>
      <WeekAgo />
      <dl class="facts">
        <Fact name="Orders" id="orders" text={count(totals?.order_count)} />
        <Fact
          name="Average ticket"
          id="average-ticket"
          text={money(averageTicket(totals?.revenue, totals?.order_count))}
        />
        <Fact name="Net sales" id="net-sales" text={money(totals?.net_sales)} />
        <Fact name="Tax" id="tax" text={money(totals?.tax)} />
        <Fact name="Tips" id="tips" text={money(totals?.tips)} />
      </dl>
    </Card>
  );
}

function Fact({ name, id, text }: { readonly name: string; readonly id: string; readonly text: string }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd data-testid={`revenue-now-${id}`}>
        <Figure text={text} />
      </dd>
    </div>
  );
}
