import { count, money, percent, words } from '../figures/format.js';
import { reports } from '../live/live.js';
import { Card, Empty } from './card.js';

const SHOWN_MAX = 7;
/** The strip has this many tones; what comes after shares the last. */
const TONES = 6;

/** How guests paid today. */
export function PaymentMix() {
  const report = reports.payments.value;
  const rows = report?.rows ?? [];
  const tone = (i: number) => `tone-${Math.min(i, TONES - 1)}`;
  return (
    <Card name="payments" title="Payment mix" about="Whole UTC days" report={report}>
      {rows.length > 0 ? (
        <>
          <div class="strip" aria-hidden="true">
            {rows.map((row, i) => (
              <span
                key={`${row.payment_method} ${row.provider}`}
                class={tone(i)}
                style={{ width: `${row.share * 100}%` }}
              />
            ))}
          </div>
          <table class="table table-compact">
            <thead>
              <tr>
                <th scope="col" class="col-text">
                  Method
                </th>
                <th scope="col" class="col-figure col-wide">
                  Payments
                </th>
                <th scope="col" class="col-figure">
                  Amount
                </th>
                <th scope="col" class="col-figure">
                  Share
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, SHOWN_MAX).map((row, i) => (
                <tr
                  key={`${row.payment_method} ${row.provider}`}
                  data-testid="payment-row"
                  data-method={row.payment_method}
                >
                  <th scope="row" class="col-text">
                    <span class="item">
                      <span class={`swatch ${tone(i)}`} aria-hidden="true" />
                      <span class="clip">
                        {words(row.payment_method)}
                        {row.provider && <span class="muted small"> {words(row.provider)}</span>}
                      </span>
                    </span>
                  </th>
                  <td class="col-figure col-wide muted">{count(row.payments)}</td>
                  <td class="col-figure">{money(row.amount)}</td>
                  <td class="col-figure strong">{percent(row.share)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      ) : (
        <Empty>No payments today yet.</Empty>
      )}
    </Card>
  );
}
