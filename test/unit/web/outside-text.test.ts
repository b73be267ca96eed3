import { describe, expect, it } from 'vitest';
import { outsideText } from '../../../dashboards/web/src/view/outside-text.ts';

describe('text from outside', () => {
  it('stands as it is where it is harmless', () => {
    const text = 'ДБЖ №1 «Eaton» <b>&amp; 👩‍🔧 مرحبا';
    expect(outsideText(text)).toBe(text);
  });

  it.each([
    ['a control character', 'a\u0000b\u001b[31m', 'a␀b␛[31m'],
    ['delete', 'a\u007f', 'a␡'],
    ['a C1 control character', 'a\u0085', 'a‹U+0085›'],
    ['an override of direction', 'a\u202egnp.exe', 'a‹U+202E›gnp.exe'],
    ['an isolate', '\u2066a\u2069', '‹U+2066›a‹U+2069›'],
    ['an invisible character', 'ad\u200bmin\ufeff', 'ad‹U+200B›min‹U+FEFF›'],
    ['a tag character', 'a\u{e0041}', 'a‹U+E0041›'],
    ['a line break', 'a\r\nb\tc', 'a  b c'],
    ['half a character', 'a\ud800b', 'a\ufffdb'],
  ])('shows %s', (_what, given, shown) => {
    expect(outsideText(given)).toBe(shown);
  });

  it('is cut after so many characters, never within one', () => {
    expect(outsideText('👍'.repeat(6), 5)).toBe(`${'👍'.repeat(5)}…`);
    expect(outsideText('👍'.repeat(5), 5)).toBe('👍'.repeat(5));
    expect(outsideText('x'.repeat(10_000))).toBe(`${'x'.repeat(200)}…`);
    expect(outsideText('👍'.repeat(5000), 5)).toBe(`${'👍'.repeat(5)}…`);
  });
});
