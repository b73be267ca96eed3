import { describe, expect, it } from 'vitest';
import { permissionSchema, roleSchema } from '../../../src/contract/access.ts';
import {
  alarmCodeSchema,
  alarmStateSchema,
  severitySchema,
  suppressionSchema,
  transitionReasonSchema,
} from '../../../src/contract/alarm.ts';
import {
  deviceSchema,
  forecastMethodSchema,
  freshnessSchema,
  powerSourceSchema,
} from '../../../src/contract/device.ts';
import {
  evidenceSchema,
  incidentCauseSchema,
  incidentClassSchema,
  incidentEventTypeSchema,
  incidentSchema,
} from '../../../src/contract/incident.ts';
import { kindSchema, qualitySchema } from '../../../src/contract/kind.ts';
import { METRICS } from '../../../src/contract/metric.ts';
import { outageSchema } from '../../../src/contract/outage.ts';
import { scannerStateSchema } from '../../../src/contract/scanner-state.ts';
import { ERROR_STATUS } from '../../../src/errors.ts';
import { accessPageTextsOf } from '../../../src/i18n/access-page.ts';
import { LANGUAGES, labelOf, textsOf } from '../../../src/i18n/index.ts';

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'function') return [String(value('X', 'Y'))];
  return Object.values(value as object).flatMap(textsIn);
}

describe.each(LANGUAGES)('the %s catalogue', (language) => {
  const texts = textsOf(language);

  it.each([
    ['alarm', alarmCodeSchema.options],
    ['severity', severitySchema.options],
    ['alarmState', alarmStateSchema.options],
    ['suppression', suppressionSchema.options],
    ['reason', transitionReasonSchema.options],
    ['incidentClass', incidentClassSchema.options],
    ['incidentCause', incidentCauseSchema.options],
    ['incidentState', incidentSchema.shape.state.options],
    ['incidentEvent', incidentEventTypeSchema.options],
    ['evidence', evidenceSchema.options],
    ['outageDuration', outageSchema.shape.duration.options],
    ['forecastMethod', forecastMethodSchema.options],
    ['expectation', deviceSchema.shape.expectation.unwrap().options],
    ['power', powerSourceSchema.options],
    ['freshness', freshnessSchema.options],
    ['quality', qualitySchema.options],
    ['kind', kindSchema.options],
    ['scannerState', scannerStateSchema.options],
    ['generatorState', METRICS.get('generator.state')?.values ?? []],
    ['atsPosition', METRICS.get('ats.position')?.values ?? []],
    ['gpsFix', METRICS.get('gps.fix')?.values ?? []],
    ['chargerStatus', METRICS.get('battery.charger.status')?.values ?? []],
    ['role', roleSchema.options],
    ['permission', permissionSchema.options],
    ['error', Object.keys(ERROR_STATUS)],
  ] as const)('names every %s of the contract and no other', (section, keys) => {
    expect(Object.keys(texts[section]).sort()).toEqual([...keys].sort());
  });

  it('says of every alarm what follows, what to do and how soon', () => {
    for (const text of Object.values(texts.alarm)) {
      expect(Object.keys(text)).toEqual(['label', 'consequence', 'action', 'response']);
    }
  });

  it('names every unit of the metric catalogue', () => {
    const units = new Set([...METRICS.values()].map(({ unit }) => unit).filter(Boolean));
    expect(Object.keys(texts.unit)).toEqual(expect.arrayContaining([...units]));
  });

  it('has no empty text', () => {
    expect(
      textsIn([texts, accessPageTextsOf(language)]).filter((text) => text.trim() === ''),
    ).toEqual([]);
  });
});

describe('Ukrainian', () => {
  const uk = textsOf('uk');

  it('never calls an alarm what an air raid is called', () => {
    const all = textsIn([uk, accessPageTextsOf('uk')]);
    expect(all.filter((text) => /тривог/i.test(text))).toEqual([]);
  });

  it.each([
    [1, '1 активний аварійний сигнал'],
    [3, '3 активні аварійні сигнали'],
    [5, '5 активних аварійних сигналів'],
    [11, '11 активних аварійних сигналів'],
    [21, '21 активний аварійний сигнал'],
  ])('declines the count of alarms: %d', (count, expected) => {
    expect(uk.count.alarms(count)).toBe(expected);
  });

  it('declines scanners and minutes', () => {
    expect([1, 2, 5, 1.5].map(uk.count.scanners)).toEqual([
      '1 сканер',
      '2 сканери',
      '5 сканерів',
      '1.5 сканера',
    ]);
    expect([1, 2, 5].map(uk.count.minutes)).toEqual(['1 хвилина', '2 хвилини', '5 хвилин']);
  });

  it('says НЕВІДОМО at offline', () => {
    expect(uk.freshness.offline).toBe('НЕВІДОМО');
  });
});

describe('labelOf', () => {
  it('shows a key that it does not know as it is', () => {
    expect(labelOf({ known: 'Known' }, 'known')).toBe('Known');
    expect(labelOf({ known: 'Known' }, 'constructor')).toBe('constructor');
  });
});
