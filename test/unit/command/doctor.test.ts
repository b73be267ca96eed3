import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Check, find, type Installation } from '../../../src/command/doctor/check.ts';
import { CHECKS } from '../../../src/command/doctor/checks.ts';
import { describe as tell } from '../../../src/command/doctor/report.ts';
import { runCheck } from '../../../src/command/doctor/run.ts';
import { settingsSchema } from '../../../src/contract/config.ts';
import { CHECK_NAMES, DOCTOR_TEXTS } from '../../../src/i18n/doctor-command.ts';
import { LANGUAGES } from '../../../src/i18n/index.ts';

const place: Installation = {
  settings: settingsSchema.parse({}),
  argv: [],
  env: {},
  listenSeconds: 0,
};
const checkThat = (run: Check['run']): Check => ({ name: 'broker', timeoutSeconds: 7, run });

afterEach(() => vi.useRealTimers());

describe('a check', () => {
  test('that does not end is a finding at its limit, beside what it has found until then', async () => {
    vi.useFakeTimers();
    const ran = runCheck(
      checkThat((_, outcome) => {
        find(outcome, 'broker_no_retain', { url: 'mqtt://broker' });
        return new Promise(() => {});
      }),
      place,
    );
    await vi.advanceTimersByTimeAsync(7000);
    expect((await ran).findings.map(({ code }) => code)).toEqual(['broker_no_retain', 'timed_out']);
  });

  test('that fails is a finding, and not the end of the others', async () => {
    const { findings } = await runCheck(
      checkThat(() => {
        throw new Error('planted');
      }),
      place,
    );
    expect(findings).toEqual([{ code: 'check_failed', params: { reason: 'planted' } }]);
  });

  test('has its name once, and a limit', () => {
    expect(CHECKS.map(({ name }) => name)).toEqual([...CHECK_NAMES]);
    for (const { timeoutSeconds } of CHECKS) expect(timeoutSeconds).toBeLessThanOrEqual(60);
  });
});

describe.each(LANGUAGES)('in %s', (language) => {
  const texts = DOCTOR_TEXTS[language];
  // Answers every parameter with its name.
  const params = new Proxy({}, { get: (_, key) => `<${String(key)}>` });

  test.each(Object.keys(texts.finding))('%s says what, what instead, and what to do', (code) => {
    const text = texts.finding[code as 'disk_low'](params as never);
    expect(Object.keys(text)).toEqual(['found', 'expected', 'remedy']);
    for (const one of Object.values(text)) expect(one.length).toBeGreaterThan(3);
    expect(JSON.stringify(text)).not.toMatch(/undefined|NaN|тривог/i);
  });

  test('a finding is told under its check, a note beside it', () => {
    const finding = { code: 'oidc_incomplete', params: { missing: 'SVITLO_X' } } as const;
    const notes = [{ code: 'smtp_unset', params: {} }] as const;
    const told = tell({ findings: [finding], notes: [...notes] }, language);
    const { found, expected, remedy } = texts.finding.oidc_incomplete(finding.params);
    for (const part of [found, expected, remedy, texts.note.smtp_unset({})])
      expect(told).toContain(part);
    expect(told.startsWith(`✗ ${texts.findings(1)}`)).toBe(true);
  });

  test('what was not looked at is not called well', () => {
    const told = tell({ findings: [], notes: [{ code: 'clock_unchecked', params: {} }] }, language);
    expect(told).toContain(texts.unchecked);
    expect(told).not.toContain(texts.well);
    expect(tell({ findings: [], notes: [] }, language)).toBe(`✓ ${texts.well}`);
  });
});

test('Ukrainian declines the count of faults', () => {
  const { findings } = DOCTOR_TEXTS.uk;
  expect([1, 2, 5].map(findings)).toEqual(['1 вада', '2 вади', '5 вад']);
});
