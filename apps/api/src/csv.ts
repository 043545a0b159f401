/** Tables of values as CSV (RFC 4180), safe to open in a spreadsheet. */

/** A text that begins so would be taken for a formula by spreadsheets; an apostrophe before it makes it text again. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * Objects as CSV with a head line, columns in the order in which they first occur. Nested objects become columns of their own,
 * named `outer.inner`; lists are written as JSON.
 */
export function csvOf(objects: readonly object[]): string {
  const rows = objects.map((object) => flat(object));
  const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  const lines = [columns.map((column) => cell(column))];
  for (const row of rows) lines.push(columns.map((column) => cell(row.get(column))));
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}

function flat(object: object, prefix = '', into = new Map<string, unknown>()): Map<string, unknown> {
  for (const [name, value] of Object.entries(object)) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) flat(value, `${prefix}${name}.`, into);
    else into.set(prefix + name, value);
  }
  return into;
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const said = typeof value === 'string' ? value : JSON.stringify(value);
  const text = FORMULA.test(said) ? `'${said}` : said;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
