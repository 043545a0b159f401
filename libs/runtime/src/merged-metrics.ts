/** Several texts of metrics as one: where two of them have a metric of one name, its samples stand together, as the format demands. */
export function mergedMetrics(texts: readonly string[]): string {
  const metrics = new Map<string, string[]>();
  for (const text of texts) {
    for (const block of text.split(/^(?=# HELP )/m)) {
      const lines = block.split('\n').filter((line) => line !== '');
      const name = lines[0]?.split(' ')[2];
      if (name === undefined) continue;
      const known = metrics.get(name);
      if (known === undefined) metrics.set(name, lines);
      else known.push(...lines.filter((line) => !line.startsWith('#')));
    }
  }
  return `${[...metrics.values()].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
