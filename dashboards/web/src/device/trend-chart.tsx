import { useEffect, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import type { Metric } from '../../../../src/contract/metric.ts';
import { now } from '../feed/store.ts';
import { language, texts } from '../language.ts';
import { fetchSeries } from './api.ts';
import { metricLabel } from './metric-value.ts';
import { type Columns, plotColumns } from './plot.ts';

const POINTS = 300;
const REFRESHES_PER_RANGE = 90;
const SHORTEST_REFRESH_MS = 5000;

interface TrendProps {
  site: string;
  device: string;
  metricKey: string;
  metric: Metric | undefined;
  rangeSeconds: number;
}

type Loaded = 'loading' | 'shown' | 'empty' | 'failed';

/** The trend of one metric, refreshed about ninety times per range. */
export function TrendChart({ site, device, metricKey, metric, rangeSeconds }: TrendProps) {
  const box = useRef<HTMLDivElement>(null);
  const [loaded, setLoaded] = useState<Loaded>('loading');
  const lang = language.value;
  const { ui } = texts.value;
  useEffect(() => {
    const abort = new AbortController();
    let plot: uPlot | undefined;
    const show = async (): Promise<void> => {
      const toMs = now.peek();
      const fromMs = toMs - rangeSeconds * 1000;
      try {
        const [{ drawPlot }, answer] = await Promise.all([
          import('./draw-plot.ts'),
          fetchSeries(
            { site, device, metric: metricKey, fromMs, toMs, points: POINTS },
            abort.signal,
          ),
        ]);
        if (abort.signal.aborted || box.current === null) return;
        const columns: Columns = plotColumns(answer.buckets);
        plot?.destroy();
        plot = undefined;
        setLoaded(columns.times.length === 0 ? 'empty' : 'shown');
        if (columns.times.length === 0) return;
        plot = drawPlot(box.current, {
          columns,
          fromSeconds: fromMs / 1000,
          toSeconds: toMs / 1000,
          metricKey,
          unit: answer.unit,
          language: lang,
        });
      } catch {
        if (!abort.signal.aborted) setLoaded((before) => (before === 'shown' ? before : 'failed'));
      }
    };
    void show();
    const refreshMs = Math.max(SHORTEST_REFRESH_MS, (rangeSeconds * 1000) / REFRESHES_PER_RANGE);
    const timer = setInterval(() => void show(), refreshMs);
    return () => {
      abort.abort();
      clearInterval(timer);
      plot?.destroy();
    };
  }, [site, device, metricKey, rangeSeconds, lang]);
  const note = { loading: ui.loading, empty: ui.noSeries, failed: ui.seriesFailed, shown: '' };
  return (
    <figure class="trend" data-trend={metricKey} data-loaded={loaded}>
      <figcaption>
        <h3>{metricLabel(metricKey, metric, lang)}</h3>
      </figcaption>
      <div class="plot" ref={box} />
      {loaded !== 'shown' && <p class="muted plot-note">{note[loaded]}</p>}
    </figure>
  );
}
