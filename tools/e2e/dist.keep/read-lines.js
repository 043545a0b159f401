/** Cents of a decimal number, digit by digit: 12.3 is 1230, and 0.1 + 0.2 never happens. Undefined beyond the cent. */
export function centsOf(amount) {
    const digits = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(String(amount));
    if (digits === null)
        return undefined;
    return Number(`${digits[1]}${digits[2]}${(digits[3] ?? '').padEnd(2, '0')}`);
}
/** `around` is a time near the file's own; what is months away from it cannot be true. */
export function readLines(lines, around) {
    const events = [];
    const rejected = [];
    const seen = new Set();
    let duplicates = 0;
    for (const line of lines) {
        const event = readLine(line, around);
        if (event === undefined)
            rejected.push(line);
        else if (seen.has(`${event.place} ${event.id}`))
            duplicates++;
        else {
            seen.add(`${event.place} ${event.id}`);
            events.push(event);
        }
    }
    return { events, duplicates, rejected };
}
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isId = (value) => 
// oxlint-disable-next-line no-control-regex -- Control characters are what is looked for.
typeof value === 'string' && value.length > 0 && value.length <= 256 && !/[\u0000-\u001f\u007f]/.test(value);
const isWithin = (value, low, high) => typeof value === 'number' && value >= low && value <= high;
const depth = (value) => typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depth)) : 0;
function readLine(line, around) {
    if (Buffer.byteLength(line) > 65_536 || /"__proto__"\s*:/.test(line))
        return undefined;
    let event;
    try {
        event = JSON.parse(line);
        if (depth(event) > 16)
            return undefined;
    }
    catch {
        return undefined;
    }
    if (!isObject(event))
        return undefined;
    const place = event['location_id'] ?? event['restaurant_id'];
    const type = event['event_type'];
    const time = typeof event['timestamp'] === 'string' ? Date.parse(event['timestamp']) : Number.NaN;
    if (!isId(event['event_id']) || !isId(place) || !isWithin(time, around - 30 * 86_400_000, around + 3_600_000))
        return undefined;
    if (type !== 'table_seated' && type !== 'order_placed' && type !== 'order_completed' && type !== 'payment')
        return undefined;
    if (type === 'table_seated' ? !isId(event['table_id']) : !isId(event['order_id']))
        return undefined;
    if (type !== 'table_seated' && event['table_id'] !== undefined && !isId(event['table_id']))
        return undefined;
    const optional = (name, low, high) => event[name] === undefined || isWithin(event[name], low, high);
    if (!optional('party_size', 1, 10_000) || !optional('kitchen_time_minutes', 0, 10_000))
        return undefined;
    const amounts = ['subtotal', 'tax', 'tip', 'total_amount'].map((name) => event[name] ?? 0);
    if (type === 'payment' && typeof event['total_amount'] !== 'number')
        return undefined;
    if (!amounts.every((value) => isWithin(value, 0, 1_000_000) && centsOf(value) !== undefined))
        return undefined;
    const [subtotal, tax, tip, total] = amounts.map((value) => centsOf(value));
    const items = event['items'] ?? [];
    if (!Array.isArray(items))
        return undefined;
    for (const item of items) {
        if (!isObject(item) || !isId(item['item_id']) || !isWithin(item['quantity'], 1, 10_000))
            return undefined;
        if (!isWithin(item['price'], 0, 1_000_000))
            return undefined;
    }
    return {
        id: event['event_id'],
        type,
        time,
        place,
        placeName: String(event['location_name'] ?? event['restaurant_name']),
        table: String(event['table_id']),
        order: `${place} ${String(event['order_id'])}`,
        items: items.map((item) => ({
            id: String(item['item_id']),
            name: String(item['item_name']),
            category: String(item['category']),
            quantity: Number(item['quantity']),
        })),
        kitchenMinutes: event['kitchen_time_minutes'],
        method: String(event['payment_method']),
        subtotal,
        tax,
        tip,
        total,
    };
}
//# sourceMappingURL=read-lines.js.map