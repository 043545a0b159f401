import type uPlot from 'uplot';
import { hourMinute, moneyCompact } from '../figures/format.js';

/** The colours of the page, which the canvas cannot inherit. */
function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** Diagonal stripes: what is drawn with them is not final, and this is told without relying on colour. */
function stripes(ink: string): CanvasPattern | string {
  const ratio = devicePixelRatio || 1;
  const tile = document.createElement('canvas');
  const size = Math.round(8 * ratio);
  tile.width = tile.height = size;
  const pen = tile.getContext('2d');
  if (!pen) return ink;
  pen.strokeStyle = ink;
  pen.lineWidth = 1.5 * ratio;
  pen.beginPath();
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
  }
  pen.stroke();
  return pen.createPattern(tile, 'repeat') ?? ink;
}

/** The next round number above, so that the axis stays put while the figures move. */
function roundUp(max: number): number {
  if (!(max > 0)) return 10;
  const step = 10 ** Math.floor(Math.log10(max));
  for (const factor of [1, 1.5, 2, 3, 4, 5, 7.5]) if (max <= factor * step) return factor * step;
  return 10 * step;
}

const FONT = '11px system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/** Columns: settled, provisional, the minute that is still filling. */
export function chartOptions(width: number, height: number, onPoint: (index: number | null) => void): uPlot.Options {
  const accent = colour('accent');
  const axis = {
    stroke: colour('muted'),
    font: FONT,
    ticks: { show: false },
    grid: { stroke: colour('line'), width: 1 },
  };
  return {
    width,
    height,
    legend: { show: false },
    padding: [8, 20, 0, 0],
    cursor: {
      y: false,
      drag: { x: false, y: false, setScale: false },
      points: { size: 7, fill: accent, stroke: colour('card') },
    },
    scales: { x: { time: true }, y: { range: (_, __, max) => [0, roundUp(max)] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 64,
        size: 28,
        values: (_, splits) => splits.map((s) => hourMinute(s * 1000)),
      },
      { ...axis, size: 56, space: 36, values: (_, splits) => splits.map((v) => moneyCompact(v)) },
    ],
    series: [
      {},
      { stroke: accent, width: 2, fill: colour('accent-wash'), points: { show: false } },
      { stroke: accent, width: 2, dash: [5, 4], fill: () => stripes(colour('accent-stripe')), points: { show: false } },
      {
        stroke: accent,
        width: 2,
        paths: () => null,
        points: { show: true, size: 8, width: 2, fill: colour('card'), stroke: accent },
      },
    ],
    hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] },
  };
}
