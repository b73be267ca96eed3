import type { Administration, Answer } from '../../access-port.ts';
import { mayBeLimited } from '../../domain/access/permission.ts';
import type { Clock } from '../../ports.ts';
import { tokenRowsOf } from './account-view.ts';
import type { Directory } from './directory.ts';
import { accessEvent } from './event.ts';
import { refusal } from './refusal.ts';
import { digestOf, newSecret } from './secret.ts';

/** Tokens for kiosks and scripts: what is shown is told once. */
export function createTokenAdministration({
  directory,
  clock,
}: {
  directory: Directory;
  clock: Clock;
}): Pick<Administration, 'tokens' | 'addToken' | 'removeToken'> {
  return {
    tokens: () => tokenRowsOf(directory.picture),
    addToken: (given, actor) =>
      directory.act<Answer<{ id: string; token: string }>>(() => {
        const { name, permissions, scope, expiresAt } = given;
        if (scope !== undefined && !mayBeLimited(permissions)) {
          return { answer: refusal('SVT_ADMINISTRATOR_LIMITED') };
        }
        const token = newSecret();
        const id = digestOf(token);
        const record = {
          id,
          name,
          permissions: [...permissions],
          ...(scope === undefined ? {} : { scope }),
          ...(expiresAt === undefined ? {} : { expiresAt }),
          createdAt: clock.now(),
          createdBy: actor,
        };
        const by = { at: clock.now(), subject: name, actor, detail: permissions.join(' ') };
        const events = [accessEvent('token_added', by)];
        return { change: { put: { tokens: [record] }, events }, answer: { ok: true, id, token } };
      }),
    removeToken: (id, actor) =>
      directory.act<Answer<object>>(({ tokens }) => {
        const token = tokens.get(id);
        if (token === undefined) return { answer: refusal('SVT_NOT_FOUND') };
        const by = { at: clock.now(), subject: token.name, actor };
        const events = [accessEvent('token_removed', by)];
        return { change: { remove: { tokens: [id] }, events }, answer: { ok: true } };
      }),
  };
}
