import { describe, expect, test } from 'vitest';
import { createPasskeys } from '../../../src/adapters/credential/passkey.ts';

const passkeys = createPasskeys({ now: () => 0 });
const KNOWN = {
  id: 'AAEC',
  account: 'olena',
  label: 'phone',
  publicKey: 'AA',
  counter: 0,
  transports: ['internal'],
  createdAt: 0,
};

describe('the browser is asked for', () => {
  test('a passkey that is found without a name, verifies the person, and is new', async () => {
    const { options } = await passkeys.register({
      name: 'olena',
      passkeys: [KNOWN],
      origin: 'https://svitlo.example:8443',
    });
    expect(options).toMatchObject({
      rp: { id: 'svitlo.example', name: 'Svitlo' },
      user: { name: 'olena' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: [{ id: 'AAEC', transports: ['internal'] }],
    });
  });

  test('the same user of an authenticator for each passkey of an account', async () => {
    const origin = 'https://svitlo.example';
    const user = async (name: string) =>
      ((await passkeys.register({ name, passkeys: [], origin })).options as { user: object }).user;
    expect(await user('olena')).toEqual(await user('olena'));
    expect(await user('olena')).not.toEqual(await user('taras'));
  });

  test('any passkey of this host that verifies the person, by a challenge of its own', async () => {
    const first = await passkeys.authenticate('http://localhost:8080');
    const second = await passkeys.authenticate('http://localhost:8080');
    expect(first.options).toMatchObject({ rpId: 'localhost', userVerification: 'required' });
    expect(first.options).not.toHaveProperty('allowCredentials.0');
    expect(first.ceremony).not.toBe(second.ceremony);
    expect((first.options as { challenge: string }).challenge).not.toBe(
      (second.options as { challenge: string }).challenge,
    );
  });
});

test.each(['http://127.0.0.1:8080', 'https://[::1]:8443', 'https://10.0.0.7', 'nonsense'])(
  '%s is an address, to which no passkey belongs',
  async (origin) => {
    const refusal = { code: 'SVT_BAD_REQUEST', message: expect.stringContaining('by a name') };
    await expect(passkeys.authenticate(origin)).rejects.toMatchObject(refusal);
    await expect(passkeys.register({ name: 'olena', passkeys: [], origin })).rejects.toMatchObject(
      refusal,
    );
  },
);

/** Whatever somebody may send in place of what an authenticator says. */
const NONSENSE: { id: string }[] = [
  { id: 'AAEC' },
  { id: 'AAEC', rawId: 'AAEC', type: 'public-key', response: null } as { id: string },
  { id: 'AAEC', rawId: 'AAEC', type: 'public-key', response: { clientDataJSON: '!' } } as {
    id: string;
  },
];

test.each(NONSENSE)('%j holds nowhere', async (response) => {
  const origin = 'https://svitlo.example';
  const added = await passkeys.register({ name: 'olena', passkeys: [], origin });
  const given = { account: 'olena', label: 'phone', response };
  expect(await passkeys.registered({ ...given, ceremony: added.ceremony })).toBeUndefined();
  const { ceremony } = await passkeys.authenticate(origin);
  expect(await passkeys.authenticated({ ceremony, response }, () => KNOWN)).toBeUndefined();
});
