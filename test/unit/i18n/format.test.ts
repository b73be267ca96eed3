import { describe, expect, it } from 'vitest';
import { formatOf, pickLanguage } from '../../../src/i18n/index.ts';

const uk = formatOf('uk');
const en = formatOf('en');
const NBSP = '\u00a0';
const instant = Date.UTC(2026, 0, 23, 13, 45, 9);

describe('formats', () => {
  it('writes numbers the Ukrainian way', () => {
    expect(uk.number(1234.5)).toBe(`1${NBSP}234,5`);
    expect(uk.percent(87.4)).toBe('87%');
  });

  it('writes numbers the English way', () => {
    expect(en.number(1234.5)).toBe('1,234.5');
    expect(en.number(0.123, 2)).toBe('0.12');
  });

  it.each([
    [-3, '0 с', '0 s'],
    [45.9, '45 с', '45 s'],
    [1085, '18 хв', '18 min'],
    [3600, '1 год', '1 h'],
    [5000, '1 год 23 хв', '1 h 23 min'],
    [100_000, '1 дн 3 год', '1 d 3 h'],
  ])('writes a duration of %d s rounded down', (seconds, inUk, inEn) => {
    expect(uk.duration(seconds)).toBe(inUk);
    expect(en.duration(seconds)).toBe(inEn);
  });

  it.each([
    [30, '30 с'],
    [5940, '99 хв'],
    [7000, '1,9 год'],
  ])('writes %d s as one number where room is short', (seconds, expected) => {
    expect(uk.brief(seconds)).toBe(expected);
  });

  it('lets a running clock show its seconds below an hour', () => {
    expect(uk.elapsed(125)).toBe('2 хв 05 с');
    expect(uk.elapsed(8)).toBe('8 с');
    expect(uk.elapsed(3725)).toBe('1 год 02 хв');
  });

  it('shows Kyiv time, in winter and in summer', () => {
    expect(uk.dateTime(instant)).toBe('23.01.2026, 15:45:09');
    expect(uk.time(Date.UTC(2026, 6, 1, 9, 0, 0))).toBe('12:00:00');
    expect(uk.date(instant)).toBe('23.01.2026');
    expect(uk.clock(instant)).toBe('15:45');
    expect(uk.day(instant)).toBe('23.01');
  });

  it('spells the month out in English, where day and month could be confused', () => {
    expect(en.dateTime(instant)).toBe('23 Jan 2026, 15:45:09');
  });

  it('says how long ago', () => {
    expect(uk.age(5)).toBe('5 с тому');
    expect(en.age(90)).toBe('1 min ago');
  });
});

describe('pickLanguage', () => {
  it('takes the first preferred language that exists', () => {
    expect(pickLanguage(['pl-PL', 'en-US', 'uk'], 'uk')).toBe('en');
    expect(pickLanguage(['UK-ua'], 'en')).toBe('uk');
  });

  it('falls back where none exists', () => {
    expect(pickLanguage(['pl'], 'uk')).toBe('uk');
  });
});
