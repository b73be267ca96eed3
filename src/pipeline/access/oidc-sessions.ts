import type { AccountChange, IdentityProvider } from '../../access-port.ts';
import type { SessionRecord } from '../../contract/account.ts';
import type { Picture } from './directory.ts';
import { accessEvent } from './event.ts';
import { meet, PROVIDER_NAME } from './oidc-sign-in.ts';
import type { SignInParts } from './sign-in-way.ts';

/** How often the identity provider is asked whether somebody still counts there (ms). */
const CHECK_MS = 15 * 60_000;

type Word = Awaited<ReturnType<IdentityProvider['refresh']>>;

/**
 * Asks of every session that the identity provider began, one after the other. What it has ended ends here; while it
 * is out of reach, that is written down once and it is asked again each time.
 */
export function createOidcSessions(parts: SignInParts) {
  const { identityProvider, directory, clock } = parts;
  let isRunning = false;
  const check = async (session: SessionRecord, provider: IdentityProvider) => {
    const refreshToken = session.oidc?.refreshToken;
    if (refreshToken === undefined) return;
    const word = await provider
      .refresh(refreshToken)
      .catch((): Word => ({ outcome: 'unreachable' }));
    await directory.act((picture) => ({
      ...decide(parts, picture, { id: session.id, word }),
      answer: undefined,
    }));
  };
  return {
    /** Resolves when all that were due have been asked of. */
    async check(): Promise<void> {
      if (identityProvider === undefined || isRunning) return;
      isRunning = true;
      try {
        const isDue = ({ oidc }: SessionRecord) =>
          oidc?.refreshToken !== undefined && clock.now() - oidc.checkedAt >= CHECK_MS;
        for (const session of [...directory.picture.sessions.values()].filter(isDue)) {
          await check(session, identityProvider);
        }
      } finally {
        isRunning = false;
      }
    },
  };
}

function decide(
  { clock, policy }: SignInParts,
  picture: Picture,
  { id, word }: { id: string; word: Word },
): { change?: AccountChange } {
  const session = picture.sessions.get(id);
  if (session?.oidc === undefined) return {};
  const now = clock.now();
  if (word.outcome === 'unreachable') {
    if (session.oidc.unreachableSince !== undefined) return {};
    const oidc = { ...session.oidc, unreachableSince: now };
    return { change: { put: { sessions: [{ ...session, oidc }] } } };
  }
  const { person } = word.outcome === 'valid' ? word : { person: undefined };
  const met = person && meet(picture, { person, policy: policy(), at: now });
  if (
    person === undefined ||
    met === undefined ||
    'code' in met ||
    met.account.name !== session.account
  ) {
    const by = { at: now, subject: session.account, actor: PROVIDER_NAME };
    return { change: { remove: { sessions: [id] }, events: [accessEvent('session_revoked', by)] } };
  }
  const refreshToken = person.refreshToken ?? session.oidc.refreshToken;
  const oidc = { checkedAt: now, ...(refreshToken === undefined ? {} : { refreshToken }) };
  const put = { sessions: [{ ...session, oidc }] };
  if (met.events.length === 0) return { change: { put } };
  return { change: { put: { ...put, accounts: [met.account] }, events: met.events } };
}
