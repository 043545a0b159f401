import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { count, hourMinute, money } from '../figures/format.js';
import { CERTAINTY_WORDS, lastWhole, toColumns, type Point } from '../figures/series.js';
import { chartOptions } from './chart-options.js';

interface Props {
  readonly points: readonly Point[];
  readonly label: string;
  readonly height: number;
}

/** Revenue over time. Pointing, or the arrow keys, read out one minute; otherwise the last whole one is read out. */
export function MinuteChart({ points, label, height }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const data = useRef(points);
  const [pointed, setPointed] = useState<number | null>(null);
  const scheme = useScheme();
  data.current = points;

  useEffect(() => {
    const element = host.current;
    if (!element) return undefined;
    const drawn = new uPlot(chartOptions(element.clientWidth, height, setPointed), toColumns(data.current), element);
    plot.current = drawn;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0 && element.clientWidth !== drawn.width)
        drawn.setSize({ width: element.clientWidth, height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawn.destroy();
      plot.current = undefined;
    };
  }, [height, scheme]);

  useEffect(() => plot.current?.setData(toColumns(points)), [points]);

  const last = points.length - 1;
  const index = Math.min(pointed ?? lastWhole(points), last);
  const point = points[index];
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -last, End: last }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    setPointed(Math.max(0, Math.min(last, index + step)));
  };
  return (
    <div class="chart">
      <p class="readout" data-certainty={point?.certainty}>
        {point ? (
          <>
            <span class="readout-time">
              {hourMinute(point.fromMs)}–{hourMinute(point.toMs)}
            </span>
            <strong>{money(point.revenue)}</strong>
            <span>{count(point.orders)} orders</span>
            <span class="readout-certainty">{CERTAINTY_WORDS[point.certainty]}</span>
          </>
        ) : (
          '\u00A0'
        )}
      </p>
      <div
        ref={host}
        class="plot"
        style={{ height: `${height}px` }}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, last)}
        aria-valuenow={Math.max(0, index)}
        aria-valuetext={
          point
            ? `${hourMinute(point.fromMs)}: ${money(point.revenue)}, ${count(point.orders)} orders, ${CERTAINTY_WORDS[point.certainty]}`
            : 'nothing yet'
        }
        onKeyDown={onKeyDown}
        onBlur={() => setPointed(null)}
      />
    </div>
  );
}

/** A number that changes with light and dark, because a canvas keeps the colours it was drawn in. */
function useScheme(): boolean {
  const [dark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const changed = () => setDark(query.matches);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, []);
  return dark;
}

/** How to read the three kinds of minutes. */
export function ChartKey({ filling }: { readonly filling: string }) {
  return (
    <ul class="chart-key">
      <li>
        <span class="swatch swatch-settled" aria-hidden="true" /> settled
      </li>
      <li>
        <span class="swatch swatch-provisional" aria-hidden="true" /> can still change
      </li>
      <li>
        <span class="swatch swatch-filling" aria-hidden="true" /> {filling}
      </li>
    </ul>
  );
}
