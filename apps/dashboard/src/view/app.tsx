import { key, noEventsYet } from '../live/live.js';
import { Announcer } from './announcer.js';
import { Feedback } from './feedback.js';
import { Funnel } from './funnel.js';
import { Header } from './header.js';
import { KeyForm } from './key-form.js';
import { NoEvents } from './no-events.js';
import { PaymentMix } from './payment-mix.js';
import { ReceiptDrawer } from './receipt-drawer.js';
import { Rejections } from './rejections.js';
import { Restatements } from './restatements.js';
import { RevenueChart } from './revenue-chart.js';
import { RevenueNow } from './revenue-now.js';
import { RevenueTable } from './revenue-table.js';
import { Terminals } from './terminals.js';
import { Trending } from './trending.js';
import { WaitTimes } from './wait-times.js';
import { asked } from './why.js';

/** The page, read from top to bottom: how are we doing, where, what, how long, and how people paid and felt. */
export function App() {
  if (key.value === undefined) return <KeyForm />;
  return (
    <>
      <a class="skip" href="#figures">
        Skip to the figures
      </a>
      <Header />
      <main id="figures" tabIndex={-1}>
        {noEventsYet.value && <NoEvents />}
        <div class="grid">
          <RevenueNow />
          <RevenueChart />
          <RevenueTable />
          <Funnel />
          <Trending />
          <WaitTimes />
          <PaymentMix />
          <Feedback />
          <Rejections />
          <Restatements />
          <Terminals />
        </div>
      </main>
      {asked.value && <ReceiptDrawer asked={asked.value} onClose={() => (asked.value = undefined)} />}
      <Announcer />
    </>
  );
}
