import { expect, it } from 'vitest';
import { sessionOptions, watchOptions } from '../../../collectors/mqtt/connect-options.ts';

const tls = { ca: Buffer.from('a'), cert: Buffer.from('c'), key: Buffer.from('k') };
const given = { root: 'svitlo/v1', clientId: 'svitlo-1', username: 'monitor', password: 'p', tls };

it('signs the session and the watch in alike', () => {
  const signedIn = { ...tls, username: 'monitor', password: 'p' };
  expect(sessionOptions(given)).toMatchObject({ ...signedIn, clientId: 'svitlo-1', clean: false });
  const watch = watchOptions(given);
  expect(watch).toMatchObject({ ...signedIn, clientId: 'svitlo-1-watch', clean: true });
  expect(watch).not.toHaveProperty('will');
});
