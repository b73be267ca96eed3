import type { Language } from '../../src/contract/text.ts';
import type { Check, Verdict } from '../judge/verdict.ts';
import { escapeText } from './escape.ts';
import { STYLE } from './page-style.ts';
import { TEXT } from './text.ts';
import { encodeTimeline, isAbnormal, kyivTime } from './timeline-svg.ts';

function numberText(value: number | undefined, check: Check, language: Language): string {
  if (value === undefined) return '–';
  const format = new Intl.NumberFormat(language === 'uk' ? 'uk-UA' : 'en-GB', {
    maximumFractionDigits: 3,
  });
  const unit = { '': '', s: ` ${TEXT[language].seconds}`, '%': ' %' }[check.unit];
  return `${format.format(value)}${unit}`;
}

function checkRow(check: Check, language: Language): string {
  const text = TEXT[language];
  const cases = check.outcome === 'right' ? [] : check.examples;
  const cells = [
    `<td>${escapeText(text.names[check.name] ?? check.name)}${cases.map((one) => `<span class="case">${escapeText(one)}</span>`).join('')}</td>`,
    `<td class="outcome">${text.outcome[check.outcome]}</td>`,
    `<td class="number">${numberText(check.measured, check, language)}</td>`,
    `<td class="number">${numberText(check.limit, check, language)}</td>`,
    `<td class="number">${check.of ?? '–'}</td>`,
  ];
  return `<tr class="${check.outcome}">${cells.join('')}</tr>`;
}

function checkTable({ checks }: Verdict, language: Language): string {
  const { caption, check, outcome, measured, limit, of } = TEXT[language].checks;
  const head = `<tr><th scope="col">${check}</th><th scope="col">${outcome}</th><th scope="col" class="number">${measured}</th><th scope="col" class="number">${limit}</th><th scope="col" class="number">${of}</th></tr>`;
  const order = { wrong: 0, right: 1 } as const;
  const rows = checks
    .toSorted((a, b) => order[a.outcome] - order[b.outcome])
    .map((one) => checkRow(one, language));
  return `<h2>${caption}</h2><table><thead>${head}</thead><tbody>${rows.join('')}</tbody></table>`;
}

function facts(verdict: Verdict, language: Language): string {
  const { facts: names, mode } = TEXT[language];
  const from = kyivTime(verdict.startMs, language);
  const rows: [string, string][] = [
    [names.scenario, verdict.scenario],
    [names.seed, String(verdict.seed)],
    [names.mode, mode[verdict.mode]],
    [names.span, `${from} – ${kyivTime(verdict.endMs, language)}`],
    [names.wall, `${Math.round(verdict.wallSeconds)} ${TEXT[language].seconds}`],
    [names.sites, String(verdict.sites)],
    [names.devices, String(verdict.devices)],
    [names.published, String(verdict.published)],
  ];
  const items = rows.map(
    ([name, value]) => `<div><dt>${name}</dt><dd>${escapeText(value)}</dd></div>`,
  );
  return `<dl>${items.join('')}</dl>`;
}

function legend(language: Language): string {
  const items = Object.entries(TEXT[language].condition).map(
    ([condition, words]) =>
      `<li><svg viewBox="0 0 18 12" aria-hidden="true"><rect class="${condition}" width="18" height="12"/></svg>${words}</li>`,
  );
  return `<ul class="legend">${items.join('')}</ul>`;
}

function timelines(verdict: Verdict, language: Language): string {
  if (verdict.timelines.length === 0) return '';
  const text = TEXT[language].timeline;
  const range = { startMs: verdict.startMs, endMs: verdict.endMs, language };
  const abnormal = verdict.timelines.filter(isAbnormal);
  const calm = verdict.timelines.filter((site) => !isAbnormal(site));
  const parts = [`<h2>${text.caption}</h2><p>${text.explanation} ${text.kyivTime}</p>`];
  parts.push(legend(language));
  parts.push(abnormal.length === 0 ? `<p>${text.none}</p>` : encodeTimeline(abnormal, range));
  if (calm.length > 0) {
    const summary = `${text.calm}: ${calm.length}`;
    parts.push(`<details><summary>${summary}</summary>${encodeTimeline(calm, range)}</details>`);
  }
  return parts.join('\n');
}

/** One page, complete in itself, that shows at a glance what happened and what the monitor saw. */
export function encodePage(verdict: Verdict, language: Language): string {
  const text = TEXT[language];
  const { about, reason, status } = verdict;
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeText(`${text.status[status]}: ${verdict.scenario}`)}</title><style>${STYLE}</style></head>
<body><h1>${text.title}</h1><p>${escapeText(about[language])}</p>
<div class="verdict ${status}"><strong>${text.status[status]}</strong>${reason === '' ? '' : `<p>${escapeText(reason)}</p>`}</div>
${facts(verdict, language)}
${timelines(verdict, language)}
${checkTable(verdict, language)}
</body></html>
`;
}
