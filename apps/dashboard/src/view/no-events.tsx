/** The first minute of a new installation: how to send the first event, ready to paste. */
export function NoEvents() {
  const address = new URL('v1/events', location.href.split('#')[0]).href;
  const now = new Date().toISOString();
  const event = {
    event_id: `first-${now.slice(0, 19).replace(/\D/g, '')}`,
    event_type: 'payment',
    timestamp: now,
    location_id: 'loc_00142',
    location_name: 'Chicago - River North',
    table_id: 'table_12',
    order_id: 'ord_789xyz',
    subtotal: 50.97,
    tax: 4.58,
    tip: 10,
    total_amount: 65.55,
    payment_method: 'credit_card',
  };
  const command = `curl ${address} \\\n  -H "Authorization: Bearer $TICKETRAIL_KEY" \\\n  -H "Content-Type: application/json" \\\n  -d '${JSON.stringify(event)}'`;
  return (
    <section class="card first" data-testid="no-events" aria-labelledby="first-title">
      <h2 id="first-title">No events yet</h2>
      <p>
        POST one to <code>/v1/events</code> and it is counted below within a moment:
      </p>
      <pre tabIndex={0}>{command}</pre>
    </section>
  );
}
