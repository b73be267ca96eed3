import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Administration } from '../../../../src/access-port.ts';
import type { Permission, Scope } from '../../../../src/contract/access.ts';
import { accessDesk, newBrowser } from '../../../support/access-desk.ts';

const LVIV: Scope = { regions: ['lviv'], sites: [] };
const VOLYN: Scope = { regions: ['volyn'], sites: [] };
const BEYOND = { ok: false, code: 'SVT_FORBIDDEN' };
const NOT_THERE = { ok: false, code: 'SVT_NOT_FOUND' };

let at: Awaited<ReturnType<typeof accessDesk>>;

beforeEach(async () => {
  at = await accessDesk();
  await at.setUp();
  await at.invite('own', 'technician', { scope: LVIV });
  await at.invite('foreign', 'technician', { scope: VOLYN });
});

afterEach(() => at.desk.stop());

function adding(scope?: Scope, isBreakGlass = false) {
  return { name: 'new', role: 'administrator', scope, isBreakGlass } as const;
}

/** Every act upon an account that is there. */
function actsOn(name: string, by: Administration) {
  return [
    by.changeAccount(name, { isDisabled: true }, 'regional'),
    by.removeAccount(name, 'regional'),
    by.makeLink(name, 'regional'),
    by.removeSecondFactors(name, 'regional'),
    by.signOutEverywhere(name, 'regional'),
  ];
}

describe('an administrator of a region', () => {
  let regional: Administration;

  beforeEach(async () => {
    const { browser } = await at.invite('regional', 'administrator', { scope: LVIV });
    regional = at.desk.administrationOf(at.who(browser));
  });

  test('adds accounts and tokens of the region, and none beyond it', async () => {
    expect(await regional.addAccount(adding(), 'regional')).toMatchObject(BEYOND);
    expect(await regional.addAccount(adding(VOLYN), 'regional')).toMatchObject(BEYOND);
    expect(await regional.addAccount(adding(LVIV, true), 'regional')).toMatchObject(BEYOND);
    expect(await regional.addAccount(adding(LVIV), 'regional')).toMatchObject({ ok: true });
    const token = { name: 'kiosk', permissions: ['see'] as const };
    expect(await regional.addToken(token, 'regional')).toMatchObject(BEYOND);
    const own = { ...token, scope: LVIV };
    expect(await regional.addToken(own, 'regional')).toMatchObject({ ok: true });
  });

  test('neither widens the own limits nor those of others', async () => {
    for (const name of ['regional', 'own']) {
      const changes = [{ scope: null }, { scope: VOLYN }];
      for (const change of changes) {
        expect(await regional.changeAccount(name, change, 'regional')).toMatchObject(BEYOND);
      }
    }
  });

  test('neither sees nor touches what is beyond', async () => {
    const foreign = { name: 'all', permissions: ['see'] as const };
    const token = await at.desk.administration.addToken(foreign, 'olena');
    expect(regional.accounts().map(({ name }) => name)).toEqual(['own', 'regional']);
    expect(regional.tokens()).toEqual([]);
    for (const name of ['olena', 'foreign']) {
      const answers = await Promise.all(actsOn(name, regional));
      for (const answer of answers) expect(answer).toEqual(NOT_THERE);
    }
    const id = token.ok ? token.id : '';
    expect(await regional.removeToken(id, 'regional')).toEqual(NOT_THERE);
  });

  test('looks after the accounts and tokens of the region', async () => {
    expect((await regional.makeLink('own', 'regional')).ok).toBe(true);
    expect((await regional.signOutEverywhere('own', 'regional')).ok).toBe(true);
    expect((await regional.changeAccount('own', { role: 'viewer' }, 'regional')).ok).toBe(true);
    expect((await regional.removeAccount('own', 'regional')).ok).toBe(true);
    const kiosk = { name: 'kiosk', permissions: ['see'] as const, scope: LVIV };
    const token = await regional.addToken(kiosk, 'regional');
    expect((await regional.removeToken(token.ok ? token.id : '', 'regional')).ok).toBe(true);
  });

  test('is none who keeps everything: one without limits stays', async () => {
    const { administration } = at.desk;
    const answer = await administration.removeAccount('olena', 'olena');
    expect(answer).toMatchObject({ code: 'SVT_LAST_ADMINISTRATOR' });
    const limiting = await administration.changeAccount('olena', { scope: LVIV }, 'olena');
    expect(limiting).toMatchObject({ code: 'SVT_LAST_ADMINISTRATOR' });
  });
});

describe('a token that administers', () => {
  const tokenOf = async (permissions: Permission[]) => {
    const made = await at.desk.administration.addToken({ name: 'script', permissions }, 'olena');
    const bearer = made.ok ? made.token : '';
    return at.desk.administrationOf(at.desk.access.principal({ bearer, isLocal: false }));
  };

  test('makes nothing that may more than itself', async () => {
    const by = await tokenOf(['administer', 'see', 'report']);
    const more = { name: 'more', permissions: ['see', 'respond'] as const };
    expect(await by.addToken(more, 'token script')).toMatchObject(BEYOND);
    expect(await by.addAccount(adding(), 'token script')).toMatchObject(BEYOND);
    const viewer = { name: 'new', role: 'viewer', isBreakGlass: false } as const;
    expect(await by.addAccount(viewer, 'token script')).toMatchObject({ ok: true });
    expect(await by.changeAccount('new', { role: 'technician' }, 'token script')).toMatchObject(
      BEYOND,
    );
  });

  test('gets into no account of somebody who may more', async () => {
    const by = await tokenOf(['administer', 'see', 'report']);
    for (const name of ['olena', 'own']) {
      const answers = await Promise.all(actsOn(name, by));
      for (const answer of answers) expect(answer).toMatchObject(BEYOND);
    }
    expect((await at.signIn(newBrowser(), { name: 'olena' })).ok).toBe(true);
  });
});

test('nobody administers nothing', async () => {
  const nobody = at.desk.administrationOf(undefined);
  expect([nobody.accounts(), nobody.tokens()]).toEqual([[], []]);
  expect(await nobody.addAccount(adding(), 'nobody')).toMatchObject(BEYOND);
});
