import { describe, expect, it } from 'vitest';
import {
  choiceOf,
  scopeOf,
  toggled,
} from '../../../dashboards/web/src/access/administer/scope-state.ts';
import {
  accountName,
  isAccountName,
  PASSWORD_LEAST,
  PASSWORD_MOST,
  passwordFault,
} from '../../../dashboards/web/src/access/password-check.ts';
import { togetherOf } from '../../../dashboards/web/src/access/report/together.ts';
import * as contract from '../../../src/contract/access.ts';

describe('a new password', () => {
  it('is as long as the contract asks', () => {
    expect([PASSWORD_LEAST, PASSWORD_MOST]).toEqual([
      contract.PASSWORD_LEAST,
      contract.PASSWORD_MOST,
    ]);
  });

  it.each([
    ['short', 11, 11],
    [undefined, 12, 12],
    [undefined, 128, 128],
    ['long', 129, 129],
    ['different', 12, 13],
  ])('is %s with %d characters, repeated with %d', (fault, length, again) => {
    expect(passwordFault('x'.repeat(length), 'x'.repeat(again))).toBe(fault);
  });
});

describe('the name of an account', () => {
  it('is taken without the capital and the space that a telephone adds', () => {
    expect(accountName(' Olena ')).toBe('olena');
  });

  it.each([
    'olena',
    'o',
    'olena.koval@mytnytsia-1',
    '',
    '-x',
    'Olena',
    'олена',
    'a b',
    'x'.repeat(65),
  ])('is judged as the contract does: %s', (name) => {
    expect(isAccountName(name)).toBe(contract.accountNameSchema.safeParse(name).success);
  });
});

describe('the choice of a scope', () => {
  it('is everything, what is chosen, or not ready', () => {
    expect(scopeOf(choiceOf(undefined))).toBeUndefined();
    const limited = { regions: ['Львівська'], sites: ['site-1'] };
    expect(scopeOf(choiceOf(limited))).toEqual(limited);
    expect(scopeOf({ isLimited: true, regions: [], sites: [] })).toBe('missing');
  });

  it('keeps what was chosen while everything is', () => {
    expect(scopeOf({ isLimited: false, regions: ['a'], sites: [] })).toBeUndefined();
  });

  it('takes one in, and out again', () => {
    expect(toggled(toggled(['a'], 'b'), 'a')).toEqual(['b']);
  });
});

describe('the sum of all donors', () => {
  it('is made part by part', () => {
    const row = { upsSeconds: 1, generatorSeconds: 20, offSeconds: 300, unseenSeconds: 4000 };
    expect(togetherOf([{ donor: 'a', ...row }, row])).toEqual({
      upsSeconds: 2,
      generatorSeconds: 40,
      offSeconds: 600,
      unseenSeconds: 8000,
    });
  });
});
