import { describe, expect, it } from 'vitest';
import type { Check, Verdict } from '../../../../simulators/judge/verdict.ts';
import { encodeJUnit } from '../../../../simulators/report/junit.ts';
import { encodePage } from '../../../../simulators/report/page.ts';
import { encodeSummary } from '../../../../simulators/report/summary.ts';
import { exitStatusOf } from '../../../../simulators/run/status.ts';

const HOSTILE = 'a<script>alert(1)</script> & ]]> "quoted" \u0000\u0007';
const T0 = Date.UTC(2026, 0, 16, 9);

const missed: Check = {
  name: 'interruptions.missed',
  outcome: 'wrong',
  measured: 2,
  limit: 0,
  unit: '',
  of: 5,
  examples: [`reni: ${HOSTILE}`],
};
const states: Check = {
  name: 'states.wrong',
  outcome: 'right',
  measured: 0.25,
  limit: 1,
  unit: '%',
  of: 400,
  examples: [],
};
const ledger: Check = { ...states, name: 'ledger.missing', measured: 0, limit: 0, unit: '', of: 3 };

function verdictOf(given: Partial<Verdict> = {}): Verdict {
  return {
    scenario: 'trial',
    about: { uk: 'проба', en: 'trial' },
    seed: 1,
    mode: 'lock-step',
    startMs: T0,
    endMs: T0 + 3_600_000,
    wallSeconds: 12.5,
    devices: 4,
    sites: 2,
    published: 1000,
    status: 'wrong',
    reason: 'interruptions.missed',
    checks: [missed, states, ledger],
    timelines: [
      {
        site: 'reni',
        name: { uk: `Рені ${HOSTILE}`, en: `Reni ${HOSTILE}` },
        truth: [
          { fromMs: T0, toMs: T0 + 600_000, condition: 'mains' },
          { fromMs: T0 + 600_000, toMs: T0 + 601_000, condition: 'battery' },
          { fromMs: T0 + 601_000, toMs: T0 + 3_600_000, condition: 'mains' },
        ],
        monitor: [{ fromMs: T0, toMs: T0 + 3_600_000, condition: 'mains' }],
      },
      {
        site: 'orlivka',
        name: { uk: 'Орлівка', en: 'Orlivka' },
        truth: [{ fromMs: T0, toMs: T0 + 3_600_000, condition: 'mains' }],
        monitor: [
          { fromMs: T0, toMs: T0 + 1000, condition: 'unknown' },
          { fromMs: T0 + 1000, toMs: T0 + 3_600_000, condition: 'mains' },
        ],
      },
    ],
    ...given,
  };
}

/** Every tag is closed, in order; attributes have quotes. Throws where not. */
function expectWellFormed(xml: string): void {
  const open: string[] = [];
  for (const [tag, close, name = '', , selfClosed] of xml.matchAll(
    /<(\/?)([a-z]+)((?:\s+[a-zA-Z-]+="[^"<]*")*)\s*(\/?)>/g,
  )) {
    if (close) expect(open.pop(), tag).toBe(name);
    else if (!selfClosed) open.push(name);
  }
  expect(open).toEqual([]);
  expect(
    xml.replace(/<\/?[a-z]+(?:\s+[a-zA-Z-]+="[^"<]*")*\s*\/?>|<\?xml[^>]*\?>/g, ''),
  ).not.toMatch(/[<>]/);
}

describe('the summary', () => {
  it('says what is wrong first, with its cases', () => {
    const text = encodeSummary(verdictOf());
    expect(text).toMatch(/^WRONG: trial, seed 1, lock-step: interruptions.missed/);
    expect(text).toContain('1 h 0 min simulated');
    expect(text).toMatch(/BAD interruptions\.missed +2 \(at most 0\) of 5\n +reni/);
    expect(text).toContain('0.250 % (at most 1 %) of 400');
    expect(text).toMatch(/ok {2}ledger\.missing +0 \(at most 0\) of 3/);
  });
});

describe('JUnit', () => {
  it('has a case a check, failed or passed', () => {
    const xml = encodeJUnit([verdictOf()]);
    expect(xml).toContain('tests="3" failures="1" errors="0" skipped="0"');
    expect(xml).toContain('<failure message="interruptions.missed: 2 , expected at most 0');
    expectWellFormed(xml);
  });

  it('keeps hostile text out of the markup', () => {
    const xml = encodeJUnit([verdictOf({ scenario: HOSTILE })]);
    expect(xml).not.toContain('<script>');
    expect([...xml].every((letter) => letter >= ' ' || letter === '\n')).toBe(true);
    expectWellFormed(xml);
  });

  it('counts a run that proves nothing as an error, and a monitor that died as a failure', () => {
    const lost = { checks: [], timelines: [] };
    const inconclusive = encodeJUnit([
      verdictOf({ ...lost, status: 'inconclusive', reason: 'late' }),
    ]);
    expect(inconclusive).toContain('tests="1" failures="0" errors="1"');
    const died = encodeJUnit([verdictOf({ ...lost, reason: 'no answer' })]);
    expect(died).toContain('tests="1" failures="1" errors="0"');
    expectWellFormed(inconclusive + died.replace(/<\?xml[^>]*\?>/, ''));
  });
});

describe('the page', () => {
  it.each(['uk', 'en'] as const)(
    'is one page in %s without anything from elsewhere',
    (language) => {
      const page = encodePage(verdictOf(), language);
      expect(page).toContain(`<html lang="${language}">`);
      expect(page).not.toMatch(/<script|src=|href=|url\(http/);
      expect(page).toContain(language === 'uk' ? 'Монітор помилився' : 'The monitor was wrong');
      expect(page).toContain(
        language === 'uk' ? 'Пропущені знеструмлення' : 'Interruptions missed',
      );
    },
  );

  it('shows a second of a cut, wide enough to be seen, above what the monitor saw', () => {
    const page = encodePage(verdictOf(), 'en');
    const bar =
      /<rect class="battery" x="([\d.]+)" y="\d+" width="([\d.]+)"[^>]*><title>([^<]*)/.exec(page);
    expect(Number(bar?.[2])).toBeGreaterThanOrEqual(1.5);
    expect(bar?.[3]).toContain('truth: on battery, 16/01/2026, 11:10:00 – 16/01/2026, 11:10:01');
  });

  it('folds the sites that were on mains all the time', () => {
    const page = encodePage(verdictOf(), 'uk');
    const [shown, folded] = page.split('<details>');
    expect(shown).toContain('Рені');
    expect(shown).not.toContain('Орлівка');
    expect(folded).toContain('Орлівка');
  });

  it('says so when nothing happened', () => {
    const { timelines } = verdictOf();
    const page = encodePage(
      verdictOf({ timelines: timelines.slice(1), status: 'right', reason: '' }),
      'uk',
    );
    expect(page).toContain('Ніде не було знеструмлення.');
  });
});

describe('the exit status', () => {
  const right = verdictOf({ status: 'right' });
  const inconclusive = verdictOf({ status: 'inconclusive' });
  it.each([
    [[right], 0],
    [[right, verdictOf()], 1],
    [[inconclusive, right], 3],
    [[inconclusive, verdictOf()], 1],
    [[], 0],
  ])('of several runs is that of the worst', (verdicts, status) => {
    expect(exitStatusOf(verdicts)).toBe(status);
  });
});
