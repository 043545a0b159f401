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

/** The envelope every report has, around rows of these fields. */
export function report(row: FieldTypes): Schema {
  return {
    type: 'object',
    required: ['window', 'as_of', 'completeness', 'rows'],
    properties: {
      window: { ...object({ from: 'string', to: 'string' }), description: 'From (inclusive) to (exclusive).' },
      as_of: {
        type: 'object',
        required: ['log_time', 'positions'],
        description: 'Everything that arrived before log_time is in the figures; positions by partition of the log.',
        properties: {
          log_time: { type: 'string', format: 'date-time', nullable: true },
          positions: { type: 'object', additionalProperties: { type: 'integer' } },
        },
      },
      completeness: {
        ...object({ state: 'string', settles_at: 'string', in_flight: 'integer' }),
        description: 'provisional until late events are no longer expected, then settled.',
      },
      rows: { type: 'array', items: object(row) },
      row_count: { type: 'integer', description: 'Rows there are; `rows` holds the first of them, up to `limit`.' },
      totals: { type: 'object', description: 'Sums over all rows, where they make sense.' },
    },
  };
}
