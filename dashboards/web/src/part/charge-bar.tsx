import { format, texts } from '../language.ts';

const LOW_PERCENT = 20;
const MEDIUM_PERCENT = 50;

/** A battery's charge (percent) as a bar and a number. */
export function ChargeBar({ percent }: { percent: number | undefined }) {
  const label = texts.value.ui.charge;
  if (percent === undefined) {
    return (
      <span class="charge" title={`${label}: ${texts.value.ui.noReading}`}>
        <span class="bar" />
        <span class="number">–</span>
      </span>
    );
  }
  const level = percent < LOW_PERCENT ? 'low' : percent < MEDIUM_PERCENT ? 'medium' : 'high';
  return (
    <span class="charge" title={label}>
      <span class="sr-only">{label} </span>
      <span class={`bar level-${level}`} aria-hidden="true">
        <span class="fill" style={{ width: `${Math.max(0, Math.min(100, percent))}%` }} />
      </span>
      <span class="number">{format.value.percent(percent)}</span>
    </span>
  );
}
