const minute = 60_000;
const text = (value) => JSON.stringify(value);
/** Amounts as tills write them: mostly with two decimals, sometimes as a bare number such as 10 or 4.5. */
function amount(random, cents) {
    const padded = String(cents).padStart(3, '0');
    const full = `${padded.slice(0, -2)}.${padded.slice(-2)}`;
    return random.chance(0.2) ? String(Number(full)) : full;
}
/** Times mostly in UTC, now and then with an offset: the same moment in other words. */
function timestamp(random, time) {
    if (!random.chance(0.01))
        return text(new Date(time).toISOString());
    return text(new Date(time - 5 * 60 * minute).toISOString().replace('Z', '-05:00'));
}
const categories = ['Pizza', 'Salad', 'Pasta', 'Dessert', 'Drink', 'Starter'];
function placedItems(random) {
    let cents = 0;
    const numbers = Array.from({ length: random.between(1, 4) }, () => random.between(0, 59));
    // The same item on two lines of one order: its quantities add up, its order counts once.
    if (random.chance(0.1) && numbers[0] !== undefined)
        numbers.push(numbers[0]);
    const lines = numbers.map((number) => {
        const quantity = random.between(1, 3);
        const price = 199 + number * 37;
        cents += price * quantity;
        const name = `Dish No ${number}${number % 7 === 0 ? ' "à la crème"' : ''}`;
        return `{"item_id":"item_${number}","item_name":${text(name)},"category":"${categories[number % 6]}","price":${amount(random, price)},"quantity":${quantity}}`;
    });
    return { text: `[${lines.join(',')}]`, cents };
}
export function makeVisit(random, place, table, seatedAt, serial) {
    const events = [];
    const server = text(`server_${random.between(1, 12)}`);
    const emit = (type, time, rest) => {
        place.given++;
        const id = place.countsItsOwn ? `evt_${place.given}` : `evt_${serial}_${events.length}`;
        const head = { event_id: text(id), event_type: text(type), timestamp: timestamp(random, time) };
        events.push({ type, time, fields: { ...head, ...place.fields, table_id: text(`table_${table}`), ...rest } });
    };
    emit('table_seated', seatedAt, { party_size: String(random.between(1, 8)), server_id: server });
    let leaves = seatedAt + random.between(5, 15) * minute;
    const orders = random.chance(0.06) ? 0 : random.chance(0.15) ? random.between(2, 3) : 1;
    let placedAt = seatedAt;
    for (let number = 0; number < orders; number++) {
        const orderId = text(place.countsItsOwn ? `ord_${place.given}` : `ord_${serial}_${number}`);
        placedAt += random.between(20_000, 8 * minute);
        const items = placedItems(random);
        const subtotal = amount(random, items.cents);
        emit('order_placed', placedAt, { order_id: orderId, server_id: server, items: items.text, subtotal });
        const kitchenMinutes = random.between(2, 25);
        const completedAt = placedAt + kitchenMinutes * minute + random.between(0, 59_999);
        emit('order_completed', completedAt, { order_id: orderId, kitchen_time_minutes: String(kitchenMinutes) });
        leaves = Math.max(leaves, completedAt + 2 * minute);
        if (random.chance(0.05))
            continue;
        const shares = random.chance(0.1) ? [items.cents >> 1, items.cents - (items.cents >> 1)] : [items.cents];
        for (const share of shares) {
            const tax = Math.round(share * 0.0875);
            const tip = random.chance(0.2) ? 0 : Math.round((share * random.between(10, 25)) / 100);
            // Now and then somebody pays before the food is there.
            const paidAt = random.chance(0.05) ? placedAt + 5_000 : completedAt + random.between(10_000, 12 * minute);
            leaves = Math.max(leaves, paidAt + minute);
            emit('payment', paidAt, {
                order_id: orderId,
                subtotal: amount(random, share),
                tax: amount(random, tax),
                tip: amount(random, tip),
                total_amount: amount(random, share + tax + tip),
                payment_method: text(random.pick(['credit_card', 'credit_card', 'debit_card', 'cash', 'digital_wallet'])),
            });
        }
    }
    // Once in a while the next party sits down before the last order of this one is done.
    place.freeAt[table] = random.chance(0.01) ? placedAt + minute : leaves + random.between(30_000, 10 * minute);
    return events;
}
//# sourceMappingURL=visits.js.map