/** Charts of lines as SVG, two in a row. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Chart {
  readonly name: string;
  readonly xName: string;
  readonly lines: readonly Line[];
  /** Each x as far from the next as all others, named by its number: for steps that are powers of each other. */
  readonly isInSteps?: boolean;
}

const size = { width: 420, height: 260, left: 60, top: 40, right: 180, bottom: 60 };
const cell = { width: size.left + size.width + size.right, height: size.top + size.height + size.bottom };
const colours = ['#0b6e99', '#d9480f', '#5f3dc4', '#2b8a3e', '#c2255c', '#868e96', '#e8a200', '#1098ad'];
const ticks = 4;
const titleHeight = 30;

export function pictureOfCharts(title: string, charts: readonly Chart[]): string {
  const width = 2 * cell.width;
  const height = titleHeight + Math.max(1, Math.ceil(charts.length / 2)) * cell.height;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${size.left}" y="20" font-size="13" fill="#555">${escaped(title)}</text>`,
    ...charts.map((chart, index) => {
      const [column, row] = [index % 2, index >> 1];
      return `<g transform="translate(${column * cell.width} ${titleHeight + row * cell.height})">\n${drawn(chart)}\n</g>`;
    }),
    '</svg>\n',
  ].join('\n');
}

/** One chart; the y axis begins at 0, and so does the x axis unless it is one of steps. */
function drawn({ name, xName, lines, isInSteps = false }: Chart): string {
  const points = lines.flatMap((line) => line.points);
  const steps = [...new Set(points.map(([x]) => x))].sort((a, b) => a - b);
  const maxX = roundUp(Math.max(...steps, 1));
  const maxY = roundUp(Math.max(...points.map(([, y]) => y), 1));
  const [left, bottom] = [size.left, size.top + size.height];
  const shareOf = (x: number): number =>
    isInSteps ? (steps.length < 2 ? 0.5 : steps.indexOf(x) / (steps.length - 1)) : x / maxX;
  const atX = (x: number): string => (left + shareOf(x) * size.width).toFixed(1);
  const atY = (y: number): string => (bottom - (y / maxY) * size.height).toFixed(1);
  const named = isInSteps ? steps : Array.from({ length: ticks + 1 }, (_, tick) => (maxX * tick) / ticks);
  const parts = [`<text x="${left}" y="20" font-size="14">${escaped(name)}</text>`];
  for (let tick = 0; tick <= ticks; tick++) {
    const y = atY((maxY * tick) / ticks);
    parts.push(
      `<line x1="${left}" y1="${y}" x2="${left + size.width}" y2="${y}" stroke="#ddd"/>`,
      `<text x="${left - 6}" y="${y}" text-anchor="end" dominant-baseline="middle">${label((maxY * tick) / ticks)}</text>`,
    );
  }
  for (const x of named) parts.push(`<text x="${atX(x)}" y="${bottom + 18}" text-anchor="middle">${label(x)}</text>`);
  parts.push(`<text x="${left + size.width / 2}" y="${bottom + 40}" text-anchor="middle">${escaped(xName)}</text>`);
  lines.forEach((line, index) => {
    const colour = colours[index % colours.length] as string;
    const path = line.points.map(([x, y]) => `${atX(x)},${atY(y)}`).join(' ');
    parts.push(`<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`);
    if (line.points.length <= 20)
      for (const [x, y] of line.points) parts.push(`<circle cx="${atX(x)}" cy="${atY(y)}" r="3" fill="${colour}"/>`);
    const legendY = size.top + index * 18;
    parts.push(
      `<rect x="${left + size.width + 14}" y="${legendY - 5}" width="10" height="10" fill="${colour}"/>`,
      `<text x="${left + size.width + 30}" y="${legendY}" dominant-baseline="middle">${escaped(line.name)}</text>`,
    );
  });
  return parts.join('\n');
}

/** The next of 1, 2, 5 and their tens, so that the axis ends at a round number. */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5].find((step) => step * power >= value * (1 - 1e-9)) ?? 10);
}

const label = (value: number): string =>
  value >= 10_000 ? `${Number((value / 1_000).toFixed(1))}k` : String(Number(value.toFixed(2)));
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
