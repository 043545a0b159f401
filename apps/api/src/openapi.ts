/** OpenAPI schemas of the answers, from short descriptions of their rows. */

/** Field → JSON type; a question mark means that it may be null. */
export type FieldTypes = Readonly<Record<string, string>>;

type Schema = Record<string, unknown>;

function object(fields: FieldTypes): Schema {
  const properties: Record<string, Schema> = {};
  for (const [name, type] of Object.entries(fields)) {
    const isNullable = type.endsWith('?');
    properties[name] = { type: isNullable ? type.slice(0, -1) : type, ...(isNullable ? { nullable: true } : {}) };
  }
  return { type: 'object', required: Object.keys(fields), properties };
}

const AS_OF: Schema = {
  type: 'object',
  required: ['log_time', 'positions'],
  description: 'Everything that arrived before log_time is in the figures; positions by partition of the log.',
  properties: {
    log_time: { type: 'string', format: 'date-time', nullable: true },
    positions: { type: 'object', additionalProperties: { type: 'integer' } },
  },
};

/** A list of how things stand now, around rows of these fields. */
export function dated(row: FieldTypes): Schema {
  return {
    type: 'object',
    required: ['as_of', 'rows', 'row_count'],
    properties: { as_of: AS_OF, rows: { type: 'array', items: object(row) }, row_count: { type: 'integer' } },
  };
}

/** The envelope every report has, around rows of these fields. */
export function report(row: FieldTypes, more: Record<string, Schema> = {}): Schema {
  return {
    type: 'object',
    required: ['window', 'as_of', 'completeness', 'rows', ...Object.keys(more)],
    properties: {
      window: { ...object({ from: 'string', to: 'string' }), description: 'From (inclusive) to (exclusive).' },
      as_of: AS_OF,
      completeness: {
        type: 'object',
        required: ['state', 'settles_at', 'in_flight'],
        description:
          'provisional until log time passes settles_at, then settled; settled_since is when it settled or was last restated.',
        properties: {
          state: { type: 'string', enum: ['provisional', 'settled'] },
          settles_at: { type: 'string', format: 'date-time' },
          settled_since: { type: 'string', format: 'date-time' },
          in_flight: { type: 'integer' },
        },
      },
      restated: {
        type: 'object',
        required: ['events', 'last_at'],
        description:
          'What events changed in minutes of the window after they were settled; absent when none did. Of windows longer than ' +
          'two hours only the latest are looked at, and since says from which minute on: the rest is in /v1/restatements.',
        properties: {
          events: { type: 'integer' },
          amount: { type: 'number', description: 'By how much the revenue changed, on reports of revenue.' },
          last_at: { type: 'string', format: 'date-time', nullable: true },
          since: { type: 'string', format: 'date-time' },
        },
      },
      rows: { type: 'array', items: object(row) },
      row_count: { type: 'integer', description: 'Rows there are; `rows` holds the first of them, up to `limit`.' },
      totals: { type: 'object', description: 'Sums over all rows, where they make sense.' },
      ...more,
    },
  };
}
