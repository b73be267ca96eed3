import type { AccountChange, Administration, Answer } from '../../access-port.ts';
import type { AccessEvent, AccountRecord, LinkRecord } from '../../contract/account.ts';
import { isReservedName } from '../../domain/access/account-name.ts';
import { mayBeLimited, permissionsOf } from '../../domain/access/permission.ts';
import type { Clock } from '../../ports.ts';
import { accountRowsOf, passkeysOf } from './account-view.ts';
import { hasNobody, leavesNobody } from './administrator-left.ts';
import type { Directory, Picture } from './directory.ts';
import { accessEvent } from './event.ts';
import { withPassword } from './new-password.ts';
import { refusal } from './refusal.ts';
import { digestOf, newSecret } from './secret.ts';
import { createTokenAdministration } from './token-administration.ts';

const LINK_VALID_MS = 24 * 60 * 60_000;
const NOT_FOUND = refusal('SVT_NOT_FOUND');
const LAST = refusal('SVT_LAST_ADMINISTRATOR');
const LIMITED = refusal('SVT_ADMINISTRATOR_LIMITED');

interface Parts {
  directory: Directory;
  clock: Clock;
  /** Before the path of a link; none: whoever shows it knows where the page is. */
  publicUrl?: string | undefined;
}

type Decided<T> = { change?: AccountChange; answer: Answer<T> };
type By = Omit<AccessEvent, 'type'>;

/** What an administrator may do on the machine, beyond what the page offers. */
export interface ConsoleAdministration extends Administration {
  addWithPassword(
    given: Parameters<Administration['addAccount']>[0] & { passwordHash: string },
    actor: string,
  ): Promise<Answer<object>>;
  setPassword(name: string, passwordHash: string, actor: string): Promise<Answer<object>>;
}

/** Accounts and tokens; there is always an administrator who can sign in. */
export function createAdministration(parts: Parts): ConsoleAdministration {
  const { directory, clock } = parts;
  const onAccount = <T extends object>(
    name: string,
    actor: string,
    decide: (account: AccountRecord, by: By, picture: Picture) => Decided<T>,
  ) =>
    directory.act<Answer<T>>((picture) => {
      const account = picture.accounts.get(name);
      if (account === undefined) return { answer: NOT_FOUND };
      const decided = decide(account, { at: clock.now(), subject: name, actor }, picture);
      return leavesNobody(picture, decided.change) ? { answer: LAST } : decided;
    });
  const add = <T extends object>(
    given: Parameters<Administration['addAccount']>[0] & { passwordHash?: string },
    actor: string,
    withAccount: (account: AccountRecord) => { put: AccountChange['put']; answer: Answer<T> },
  ) =>
    directory.act<Answer<T>>((picture) => {
      const { name } = given;
      if (picture.accounts.has(name) || isReservedName(name)) {
        return { answer: refusal('SVT_NAME_TAKEN') };
      }
      if (isWronglyLimited(given)) return { answer: LIMITED };
      const account = accountOf(given, clock.now());
      const { put, answer } = withAccount(account);
      const by = { at: clock.now(), subject: name, actor, detail: given.role };
      const change: AccountChange = {
        put: { accounts: [account], ...put },
        events: [accessEvent('account_added', by)],
      };
      return hasNobody(picture, change) ? { answer: LAST } : { change, answer };
    });
  const linkOf = (name: string) => newLink(parts, name);
  return {
    accounts: () => accountRowsOf(directory.picture),
    addAccount: (given, actor) =>
      add(given, actor, ({ name }) => {
        const { record, link } = linkOf(name);
        return {
          put: { links: [record] },
          answer: { ok: true, link, expiresAt: record.expiresAt },
        };
      }),
    addWithPassword: (given, actor) => add(given, actor, () => ({ put: {}, answer: { ok: true } })),
    setPassword: (name, hash, actor) =>
      onAccount(name, actor, (account, by, picture) => {
        const { put, remove, events } = withPassword(picture, { account, hash, by });
        return { change: { put, remove, events }, answer: { ok: true } };
      }),
    changeAccount: (name, given, actor) =>
      onAccount<object>(name, actor, (account, by, picture) => {
        const changed = changedAccount(account, given);
        const isOfRights = given.role !== undefined || given.scope !== undefined;
        if (isOfRights && isWronglyLimited(changed)) return { answer: LIMITED };
        const ended = given.isDisabled === true ? ofAccount(picture, name) : {};
        const detail = describeChange(given);
        const events = [accessEvent('account_changed', { ...by, detail })];
        return {
          change: { put: { accounts: [changed] }, remove: ended, events },
          answer: { ok: true },
        };
      }),
    removeAccount: (name, actor) =>
      onAccount(name, actor, (_, by) => ({
        change: { remove: { accounts: [name] }, events: [accessEvent('account_removed', by)] },
        answer: { ok: true },
      })),
    makeLink: (name, actor) =>
      onAccount(name, actor, (_, by, picture) => {
        const { record, link } = linkOf(name);
        const { links } = ofAccount(picture, name);
        const events = [accessEvent('link_made', by)];
        return {
          change: { put: { links: [record] }, remove: { links }, events },
          answer: { ok: true, link, expiresAt: record.expiresAt },
        };
      }),
    removeSecondFactors: (name, actor) =>
      onAccount(name, actor, (account, by, picture) => {
        const { totp, ...rest } = account;
        const passkeys = passkeysOf(picture, name).map(({ id }) => id);
        const events: AccessEvent[] = [];
        if (totp !== undefined) events.push(accessEvent('totp_removed', by));
        if (passkeys.length > 0) events.push(accessEvent('passkey_removed', by));
        const changed = { ...rest, recoveryCodes: [] };
        return {
          change: { put: { accounts: [changed] }, remove: { passkeys }, events },
          answer: { ok: true },
        };
      }),
    signOutEverywhere: (name, actor) =>
      onAccount(name, actor, (_, by, picture) => {
        const { sessions } = ofAccount(picture, name);
        const events = [accessEvent('session_revoked', by)];
        return { change: { remove: { sessions }, events }, answer: { ok: true } };
      }),
    ...createTokenAdministration(parts),
  };
}

function accountOf(
  given: Parameters<Administration['addAccount']>[0] & { passwordHash?: string },
  createdAt: number,
): AccountRecord {
  const { name, role, scope, isBreakGlass, passwordHash } = given;
  return {
    name,
    role,
    ...(scope === undefined ? {} : { scope }),
    ...(passwordHash === undefined ? {} : { passwordHash }),
    isDisabled: false,
    isBreakGlass,
    recoveryCodes: [],
    createdAt,
  };
}

function isWronglyLimited({ role, scope }: Pick<AccountRecord, 'role' | 'scope'>): boolean {
  return scope !== undefined && !mayBeLimited(permissionsOf(role));
}

function newLink({ clock, publicUrl = '' }: Parts, account: string) {
  const token = newSecret();
  const record: LinkRecord = {
    id: digestOf(token),
    account,
    expiresAt: clock.now() + LINK_VALID_MS,
  };
  return { record, link: `${publicUrl.replace(/\/+$/, '')}/link#${token}` };
}

function changedAccount(
  { scope, ...rest }: AccountRecord,
  given: Parameters<Administration['changeAccount']>[1],
): AccountRecord {
  const next = given.scope === undefined ? scope : (given.scope ?? undefined);
  return {
    ...rest,
    ...(next === undefined ? {} : { scope: next }),
    role: given.role ?? rest.role,
    isDisabled: given.isDisabled ?? rest.isDisabled,
  };
}

function describeChange({
  role,
  scope,
  isDisabled,
}: Parameters<Administration['changeAccount']>[1]): string {
  const parts = [
    role === undefined ? [] : [`role ${role}`],
    scope === undefined ? [] : [scope === null ? 'everywhere' : `scope ${JSON.stringify(scope)}`],
    isDisabled === undefined ? [] : [isDisabled ? 'disabled' : 'enabled'],
  ];
  return parts.flat().join(', ');
}

/** What ends when somebody is locked out. */
function ofAccount({ sessions, links }: Picture, name: string) {
  const idsOf = (rows: ReadonlyMap<string, { id: string; account: string }>) =>
    [...rows.values()].filter(({ account }) => account === name).map(({ id }) => id);
  return { sessions: idsOf(sessions), links: idsOf(links) };
}
