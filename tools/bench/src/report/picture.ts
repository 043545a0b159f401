/** Latency and CPU an event over the rate, as SVG: two charts side by side. */
import type { RunResult } from '../run.js';

interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

const chart = { width: 420, height: 260, left: 60, top: 40, gap: 180 };
const colours = ['#0b6e99', '#d9480f', '#5f3dc4', '#2b8a3e', '#c2255c', '#868e96', '#e8a200', '#1098ad'];
const ticks = 4;

export function pictureOf(title: string, results: readonly RunResult[]): string {
  const ordered = [...results].sort((a, b) => a.options.rate - b.options.rate);
  const over = (name: string, valueOf: (result: RunResult) => number): Line => ({
    name,
    points: ordered
      .map((result) => [result.options.rate, valueOf(result)] as const)
      .filter(([, value]) => Number.isFinite(value)),
  });
  const latency = [
    over('queryable p50', ({ queryableMs }) => queryableMs.p50),
    over('queryable p99', ({ queryableMs }) => queryableMs.p99),
    over('HTTP p50', ({ httpMs }) => httpMs.p50),
    over('HTTP p99', ({ httpMs }) => httpMs.p99),
  ];
  const roles = [...new Set(ordered.flatMap(({ usage }) => usage.map(({ role }) => role)))];
  const cpu = roles.map((role) =>
    over(role, ({ usage }) => usage.find((one) => one.role === role)?.cpuMicrosecondsPerEvent ?? Number.NaN),
  );
  const width = 2 * (chart.left + chart.width + chart.gap);
  const height = chart.top + chart.height + 60;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    chartOf('Latency, ms', latency, 0),
    chartOf('CPU µs an event', cpu, chart.left + chart.width + chart.gap),
    '</svg>\n',
  ].join('\n');
}

/** One chart, its axes beginning at 0, at `shift` from the left. */
function chartOf(name: string, lines: readonly Line[], shift: number): string {
  const points = lines.flatMap((line) => line.points);
  const [maxX, maxY] = [0, 1].map((axis) => roundUp(Math.max(...points.map((point) => point[axis] as number), 1)));
  const [left, bottom] = [shift + chart.left, chart.top + chart.height];
  const x = (value: number): string => (left + (value / (maxX as number)) * chart.width).toFixed(1);
  const y = (value: number): string => (bottom - (value / (maxY as number)) * chart.height).toFixed(1);
  const parts = [`<text x="${left}" y="20" font-size="14">${escaped(name)}</text>`];
  for (let tick = 0; tick <= ticks; tick++) {
    const [atX, atY] = [((maxX as number) * tick) / ticks, ((maxY as number) * tick) / ticks];
    parts.push(
      `<line x1="${left}" y1="${y(atY)}" x2="${left + chart.width}" y2="${y(atY)}" stroke="#ddd"/>`,
      `<text x="${left - 6}" y="${y(atY)}" text-anchor="end" dominant-baseline="middle">${label(atY)}</text>`,
      `<text x="${x(atX)}" y="${bottom + 18}" text-anchor="middle">${label(atX)}</text>`,
    );
  }
  parts.push(`<text x="${left + chart.width / 2}" y="${bottom + 40}" text-anchor="middle">events a second</text>`);
  lines.forEach((line, index) => {
    const colour = colours[index % colours.length] as string;
    const path = line.points.map(([atX, atY]) => `${x(atX)},${y(atY)}`).join(' ');
    parts.push(`<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`);
    for (const [atX, atY] of line.points) parts.push(`<circle cx="${x(atX)}" cy="${y(atY)}" r="3" fill="${colour}"/>`);
    const legendY = chart.top + index * 18;
    parts.push(
      `<rect x="${left + chart.width + 14}" y="${legendY - 5}" width="10" height="10" fill="${colour}"/>`,
      `<text x="${left + chart.width + 30}" y="${legendY}" dominant-baseline="middle">${escaped(line.name)}</text>`,
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
