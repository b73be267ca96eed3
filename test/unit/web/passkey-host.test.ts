import { expect, it } from 'vitest';
import { isPasskeyHost } from '../../../dashboards/web/src/access/sign-in/passkey-host.ts';

it.each(['localhost', 'svitlo.example', '10.example', '1.2.3.4.example'])(
  'offers passkeys at the name %s',
  (hostname) => expect(isPasskeyHost(hostname)).toBe(true),
);

it.each(['127.0.0.1', '192.0.2.2', '[::1]', '[2001:db8::1]'])(
  'offers none at the address %s, where no browser makes one',
  (hostname) => expect(isPasskeyHost(hostname)).toBe(false),
);
