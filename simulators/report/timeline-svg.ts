import type { Language } from '../../src/contract/text.ts';
import type { SiteTimeline, Stretch } from '../judge/verdict.ts';
import { escapeText } from './escape.ts';
import { TEXT } from './text.ts';

const NAMES = 190;
const WIDTH = 860;
const ROW = 34;
const BAR = 12;
const HEAD = 22;
/** A stretch of a second must be seen in a day. */
const NARROWEST = 1.5;
const MINUTE_MS = 60_000;
/** Minutes between two marks of the axis: the first that leaves room for their times. */
const MARKS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440];
const MOST_MARKS = 10;

export interface TimelineRange {
  startMs: number;
  endMs: number;
  language: Language;
}

/** `2026-01-16 14:05` in Kyiv; `HH:MM` alone with `isShort`. */
export function kyivTime(ms: number, language: Language, isShort = false): string {
  const format = new Intl.DateTimeFormat(language === 'uk' ? 'uk-UA' : 'en-GB', {
    timeZone: 'Europe/Kyiv',
    hour: '2-digit',
    minute: '2-digit',
    ...(isShort ? {} : { second: '2-digit', day: '2-digit', month: '2-digit', year: 'numeric' }),
    hourCycle: 'h23',
  });
  return format.format(ms);
}

function axis({ startMs, endMs, language }: TimelineRange, rows: number): string {
  const minutes = (endMs - startMs) / MINUTE_MS;
  const step = (MARKS.find((mark) => minutes / mark <= MOST_MARKS) ?? 1440) * MINUTE_MS;
  const marks: string[] = [];
  for (let at = Math.ceil(startMs / step) * step; at <= endMs; at += step) {
    const x = (NAMES + ((at - startMs) / (endMs - startMs)) * WIDTH).toFixed(1);
    marks.push(
      `<line class="mark" x1="${x}" x2="${x}" y1="${HEAD - 4}" y2="${HEAD + rows * ROW}"/>`,
    );
    const anchor = at === endMs ? 'end' : 'middle';
    marks.push(
      `<text class="time" x="${x}" y="12" text-anchor="${anchor}">${kyivTime(at, language, true)}</text>`,
    );
  }
  return marks.join('');
}

function bar(stretch: Stretch, y: number, who: string, range: TimelineRange): string {
  const { startMs, endMs, language } = range;
  const scale = WIDTH / (endMs - startMs);
  const x = NAMES + (stretch.fromMs - startMs) * scale;
  const width = Math.max(NARROWEST, (stretch.toMs - stretch.fromMs) * scale);
  const words = TEXT[language].condition[stretch.condition];
  const from = kyivTime(stretch.fromMs, language);
  const title = `${who}: ${words}, ${from} – ${kyivTime(stretch.toMs, language)}`;
  return `<rect class="${stretch.condition}" x="${x.toFixed(2)}" y="${y}" width="${width.toFixed(2)}" height="${BAR}"><title>${escapeText(title)}</title></rect>`;
}

function row(site: SiteTimeline, index: number, range: TimelineRange): string {
  const y = HEAD + index * ROW;
  const { truth, monitor } = TEXT[range.language].timeline;
  const name = site.name[range.language];
  const bars = (stretches: readonly Stretch[], top: number, who: string) =>
    // Mains lies beneath: a short cut is wider than it was, and must not be covered.
    [...stretches]
      .sort((a, b) => Number(b.condition === 'mains') - Number(a.condition === 'mains'))
      .map((one) => bar(one, top, `${name}, ${who}`, range))
      .join('');
  return `<g><text class="site" x="${NAMES - 10}" y="${y + 18}" text-anchor="end">${escapeText(name)}</text>${bars(site.truth, y + 2, truth)}${bars(site.monitor, y + 3 + BAR, monitor)}</g>`;
}

/** One row a site: the truth above, the monitor's view below. */
export function encodeTimeline(sites: readonly SiteTimeline[], range: TimelineRange): string {
  const height = HEAD + sites.length * ROW + 4;
  const rows = sites.map((site, index) => row(site, index, range)).join('');
  const label = escapeText(TEXT[range.language].timeline.explanation);
  return `<svg viewBox="0 0 ${NAMES + WIDTH + 10} ${height}" role="img" aria-label="${label}"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-ground" width="6" height="6"/><line class="hatch-line" y2="6"/></pattern></defs>${axis(range, sites.length)}${rows}</svg>`;
}

/** Whether the site was ever in anything but mains, in truth or in the monitor's eyes. */
export function isAbnormal({ truth, monitor }: SiteTimeline): boolean {
  // Before the first word of its devices a site is unknown to any monitor.
  const seen = monitor[0]?.condition === 'unknown' ? monitor.slice(1) : monitor;
  return [...truth, ...seen].some(({ condition }) => condition !== 'mains');
}
