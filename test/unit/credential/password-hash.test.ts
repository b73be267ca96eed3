import { argon2Sync } from 'node:crypto';
import { expect, test } from 'vitest';
import { createPasswords } from '../../../src/adapters/credential/password-hash.ts';

const passwords = createPasswords();
const verify = (password: string, hash: string | undefined, isPreferred = true) =>
  passwords.verify({ password, hash, isPreferred });

test('a hash says how it was made, by OWASP’s parameters or stronger, and has salt of its own', async () => {
  const [one, other] = await Promise.all([
    passwords.hash('correct horse'),
    passwords.hash('correct horse'),
  ]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(other).not.toBe(one);
  expect(await verify('correct horse', one)).toEqual({ isRight: true, isOutdated: false });
  expect(await verify('correct horsf', one)).toEqual({ isRight: false, isOutdated: false });
});

test('a password is the same however its letters are composed', async () => {
  const hash = await passwords.hash('Їжак їсть'.normalize('NFD'));
  expect((await verify('Їжак їсть'.normalize('NFC'), hash)).isRight).toBe(true);
});

test('a weaker hash of another program fits, and is said to be outdated', async () => {
  const nonce = Buffer.from('somesaltsomesalt');
  const made = argon2Sync('argon2id', {
    message: 'old password',
    nonce,
    memory: 4096,
    passes: 3,
    parallelism: 1,
    tagLength: 24,
  });
  const [salt, tag] = [nonce, made].map((bytes) => bytes.toString('base64').replace(/=+$/, ''));
  const hash = `$argon2id$v=19$m=4096,t=3,p=1$${salt}$${tag}`;
  expect(await verify('old password', hash)).toEqual({ isRight: true, isOutdated: true });
});

test.each([
  undefined,
  '',
  'plain',
  '$2b$10$abcdefghijklmnopqrstuv',
  '$argon2id$v=19$m=0,t=0,p=0$$',
])('no password fits %s', async (hash) => {
  expect(await verify('', hash)).toEqual({ isRight: false, isOutdated: false });
});

test('strangers’ line is bounded, and leaves room for those who are known', async () => {
  const strangers = Array.from({ length: 100 }, () => verify('guess', undefined, false));
  const known = verify('guess', undefined, true);
  const outcomes = await Promise.allSettled(strangers);
  const refused = outcomes.filter(({ status }) => status === 'rejected');
  expect(refused.length).toBeGreaterThan(50);
  expect(refused[0]).toMatchObject({ reason: { code: 'SVT_TOO_MANY_ATTEMPTS' } });
  expect((await known).isRight).toBe(false);
  expect((await verify('guess', undefined, false)).isRight).toBe(false);
});
