import { expect, it } from 'vitest';
import { decodeUpsStatus, UPS_FLAGS } from '../../../src/contract/ups-status.ts';

it('is a set: order and repetition mean nothing', () => {
  expect(decodeUpsStatus('OB DISCHRG OB LB')).toEqual(decodeUpsStatus('LB OB  DISCHRG'));
});

it('keeps tokens that it does not know', () => {
  const status = decodeUpsStatus('OL ECO X-1');
  expect([...status]).toEqual(['OL', 'ECO', 'X-1']);
});

it.each(['', ' ', '\t\n'])('is empty for "%s"', (text) => {
  expect(decodeUpsStatus(text).size).toBe(0);
});

it('tells tokens by their whole name', () => {
  const status = decodeUpsStatus('OBX ol');
  expect(UPS_FLAGS.some((flag) => status.has(flag))).toBe(false);
});

it('knows the flags of Network UPS Tools', () => {
  expect(UPS_FLAGS.toSorted().join(' ')).toBe(
    'ALARM BOOST BYPASS CAL CHRG DISCHRG FSD HB LB OB OFF OL OVER RB TRIM WAIT',
  );
});
