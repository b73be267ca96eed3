import { useMemo, useState } from 'preact/hooks';
import type { OutageSummary, Saved } from '../../../../../src/contract/outage.ts';
import { now } from '../../feed/store.ts';
import { format, texts } from '../../language.ts';
import { Outside } from '../../part/outside.tsx';
import { Fault } from '../fault.tsx';
import { pageTexts } from '../page-texts.ts';
import { useLoaded } from '../use-loaded.ts';
import { PARTS, togetherOf } from './together.ts';
import '../../style/access.css';

const SPANS = ['30', '90', '365'] as const;
type Span = (typeof SPANS)[number];
const DAY_MS = 86_400_000;

function SpanButtons({ span, onChoose }: { span: Span; onChoose(span: Span): void }) {
  const { report: words } = pageTexts.value;
  return (
    <fieldset class="ranges">
      <legend class="sr-only">{words.span}</legend>
      {SPANS.map((known) => (
        <button
          key={known}
          type="button"
          data-span={known}
          aria-pressed={span === known}
          onClick={() => onChoose(known)}
        >
          {words.spans[known]}
        </button>
      ))}
    </fieldset>
  );
}

function Durations({ of }: { of: Saved }) {
  const { report: words } = pageTexts.value;
  const labels = [words.ups, words.generator, words.off, words.unseen];
  return (
    <>
      {PARTS.map((part, index) => (
        <td key={part} class="number" data-label={labels[index]}>
          {format.value.duration(of[part])}
        </td>
      ))}
    </>
  );
}

function SavedTable({ saved }: { saved: readonly Saved[] }) {
  const { report: words } = pageTexts.value;
  if (saved.length === 0) return <p class="empty">{words.none}</p>;
  return (
    <table class="list">
      <thead>
        <tr>
          {[words.donor, words.ups, words.generator, words.off, words.unseen].map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {saved.map((row) => (
          <tr key={row.donor ?? ''} data-donor={row.donor ?? ''}>
            <th scope="row">
              {row.donor === undefined ? words.noDonor : <Outside text={row.donor} />}
            </th>
            <Durations of={row} />
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{words.total}</th>
          <Durations of={togetherOf(saved)} />
        </tr>
      </tfoot>
    </table>
  );
}

function Indices({ all }: { all: OutageSummary['all'] }) {
  const { report: words } = pageTexts.value;
  const { number } = format.value;
  const shown = [
    [words.saidi, number(all.saidiMinutes)],
    [words.saifi, number(all.saifi, 2)],
    [words.caidi, all.caidiMinutes === undefined ? '–' : number(all.caidiMinutes)],
    [words.maifi, number(all.maifi, 2)],
  ] as const;
  return (
    <dl class="indices">
      {shown.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Sums of past outages, for those who see nothing live. */
export function ReportView() {
  const { report: words } = pageTexts.value;
  const [span, setSpan] = useState<Span>('30');
  const path = useMemo(() => {
    const from = new Date(now.peek() - Number(span) * DAY_MS).toISOString();
    return `/outages/summary?from=${encodeURIComponent(from)}`;
  }, [span]);
  const { value: summary, error } = useLoaded<OutageSummary>(path);
  return (
    <div class="access-view" data-view="report">
      <header class="section-head">
        <h1>{words.title}</h1>
        <SpanButtons span={span} onChoose={setSpan} />
      </header>
      <p class="note">{words.late}</p>
      {error !== undefined && <Fault error={error} />}
      {summary === undefined && error === undefined && (
        <p class="empty">{texts.value.ui.loading}</p>
      )}
      {summary !== undefined && (
        <>
          <section class="card" aria-labelledby="saved-title">
            <h2 id="saved-title">{words.saved}</h2>
            <SavedTable saved={summary.saved} />
          </section>
          <section class="card" aria-labelledby="indices-title">
            <h2 id="indices-title">{words.indices}</h2>
            <Indices all={summary.all} />
          </section>
        </>
      )}
    </div>
  );
}
