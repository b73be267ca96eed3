import { expect, test } from 'vitest';
import type { Scope } from '../../../../src/contract/access.ts';
import type { AccountRecord, SessionRecord } from '../../../../src/contract/account.ts';
import { topologySchema } from '../../../../src/contract/config.ts';
import { type Directory, emptyPicture } from '../../../../src/pipeline/access/directory.ts';
import { createSessionBook } from '../../../../src/pipeline/access/session-book.ts';
import { HOUR } from '../../../support/access-desk.ts';
import { FakeClock } from '../../../support/fake-ports.ts';
import { START } from '../../../support/sample.ts';

const LVIV: Scope = { regions: ['lviv'], sites: [] };

function accountOf(name: string, scope: Scope): AccountRecord {
  return {
    name,
    role: 'technician',
    scope,
    isDisabled: false,
    isBreakGlass: false,
    recoveryCodes: [],
    createdAt: START,
  };
}

function sessionOf(id: string, account: string): SessionRecord {
  return {
    id,
    account,
    createdAt: START,
    lastUsedAt: START,
    expiresAt: START + 16 * HOUR,
    address: '192.0.2.1',
    agent: 'Firefox',
    method: 'password',
    csrf: 'csrf',
  };
}

/** Two accounts of one region, three sessions, all of which have run out a moment ago. */
function bookAfterTheShift() {
  const picture = emptyPicture();
  for (const name of ['taras', 'iryna']) picture.accounts.set(name, accountOf(name, LVIV));
  for (const [id, name] of [
    ['a', 'taras'],
    ['b', 'taras'],
    ['c', 'iryna'],
  ] as const) {
    picture.sessions.set(id, sessionOf(id, name));
  }
  const directory = { picture, isLoaded: true, onChange: () => {} } as unknown as Directory;
  const clock = new FakeClock(START);
  clock.ms += 16 * HOUR;
  const asked: (Scope | undefined)[] = [];
  const world = { hasIncident: true };
  const book = createSessionBook({
    directory,
    policy: () => topologySchema.parse({}).access,
    clock,
    hasOpenIncident: (scope) => {
      asked.push(scope);
      return world.hasIncident;
    },
    isDemo: false,
    ways: { passkey: false, oidc: undefined },
  });
  return { book, asked, world };
}

test('a sweep asks for open incidents once for all sessions of the same limits', () => {
  const { book, asked } = bookAfterTheShift();
  book.sweep();
  expect(asked).toEqual([LVIV]);
});

test('pages are told when the last incident that let them look is over', () => {
  const { book, world } = bookAfterTheShift();
  let told = 0;
  book.onChange(() => {
    told += 1;
  });
  book.sweep();
  book.sweep();
  expect(told).toBe(0);
  world.hasIncident = false;
  book.sweep();
  expect(told).toBe(1);
});
