/** The OpenAPI schema of a receipt. */
type Schema = Record<string, unknown>;

const TEXT: Schema = { type: 'string' };
const WHOLE: Schema = { type: 'integer' };
const TIME: Schema = { type: 'string', format: 'date-time' };
const NUMBERS: Schema = { type: 'object', additionalProperties: { type: 'number' } };

function object(properties: Record<string, Schema>, description?: string): Schema {
  const schema = { type: 'object', required: Object.keys(properties), properties };
  return description === undefined ? schema : { ...schema, description };
}

const POSITION = object(
  { shard: WHOLE, seq: WHOLE, index: { ...WHOLE, nullable: true } },
  "Partition of the log, position there, and index among the entry's applied events (of a duplicate, among its duplicates).",
);

const HOW: Schema = {
  type: 'string',
  enum: ['applied', 'late', 'duplicate', 'void', 'refund', 'rejected'],
  description:
    'applied: counted in time. late: counted after its minute had settled. duplicate: not counted again. ' +
    'void: took back what its order had contributed. refund: money given back. rejected: refused (ledger only).',
};

export const RECEIPT_SCHEMA = object({
  report: TEXT,
  key: { type: 'object', additionalProperties: TEXT, description: 'location_id or item_id' },
  window: object({ from: TIME, to: TIME }, 'From (inclusive) to (exclusive).'),
  as_of: object(
    { log_time: { ...TIME, nullable: true }, positions: { type: 'object', additionalProperties: WHOLE } },
    'Everything up to these positions is in the figure, by partition that can hold it.',
  ),
  figure: { type: 'object', description: 'As the stored rows have it, in the fields of the report.' },
  recounted: { type: 'object', description: 'As the events give it.' },
  equal: {
    type: 'boolean',
    nullable: true,
    description:
      'Whether every stored row is the recounted one in every column, fingerprint and position included; ' +
      'null when `stored` is changed_since: then figure is the recount.',
  },
  stored: {
    type: 'string',
    enum: ['current', 'changed_since'],
    description: 'changed_since: the rows have gone on since as_of, so there was nothing to compare with.',
  },
  differences: {
    type: 'array',
    items: object({ table: TEXT, key: { type: 'object' }, column: TEXT, expected: {}, found: {} }),
    description: 'Columns of stored rows that are not what the events give.',
  },
  problems: { type: 'array', items: TEXT, description: 'What of the history could not be used, and why.' },
  event_count: { ...WHOLE, description: 'Events there are; `events` holds a page of them.' },
  totals: object({
    applied: WHOLE,
    late: WHOLE,
    duplicate: WHOLE,
    void: WHOLE,
    refund: WHOLE,
    rejected: WHOLE,
    contribution: { ...NUMBERS, description: 'What all events contribute: the figure, column by column.' },
  }),
  events: {
    type: 'array',
    items: object({
      event_id: TEXT,
      event_type: { ...TEXT, description: 'Of a refused event, the reason.' },
      time: { ...TIME, nullable: true },
      location_id: TEXT,
      order_id: { ...TEXT, nullable: true },
      how: HOW,
      contribution: { ...NUMBERS, description: 'What it added to the figure, or took back; amounts in major units.' },
      log_time: TIME,
      position: POSITION,
      entry: {
        ...TEXT,
        description: 'Id of the settled batch it stands in: the beginning of the SHA-256 of its text.',
      },
      first: { ...POSITION, nullable: true, description: 'Where the counted one stands, for a duplicate.' },
    }),
  },
  next_cursor: { ...TEXT, nullable: true },
});
