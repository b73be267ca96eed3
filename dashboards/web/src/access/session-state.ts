import type { Permission, SessionView, Who } from '../../../../src/contract/access.ts';

/**
 * How this page stands to the server: `open` before there are accounts; `warning` in the last minutes
 * of a sign-in; `read_only` when it is over but an outage lasts; `ended` when it is over by the clock
 * and the server has not said yet what follows.
 */
export type SessionState =
  | 'loading'
  | 'open'
  | 'signed_out'
  | 'signed_in'
  | 'warning'
  | 'read_only'
  | 'ended';

/** The state of a session by the server's clock (ms since 1970 UTC). */
export function stateOf(view: SessionView | undefined, nowMs: number): SessionState {
  if (view === undefined) return 'loading';
  if (view.mode === 'open') return 'open';
  if (view.who === undefined) return 'signed_out';
  if (view.who.isReadOnly) return 'read_only';
  if (view.expiresAt !== undefined && nowMs >= view.expiresAt) return 'ended';
  if (view.warnAt !== undefined && nowMs >= view.warnAt) return 'warning';
  return 'signed_in';
}

/** Nobody has to ask before there are accounts; after that everybody may what the server says. */
export function isAllowed(view: SessionView | undefined, permission: Permission): boolean {
  if (view === undefined) return false;
  if (view.mode === 'open') return true;
  return view.who?.permissions.includes(permission) ?? false;
}

/** The same for equal rights: what the page holds was given to these, and to no others. */
export function rightsKey(who: Who): string {
  const { name, kind, role, permissions, scope, isReadOnly } = who;
  const limits = scope === undefined ? [] : [scope.regions.toSorted(), scope.sites.toSorted()];
  return JSON.stringify([kind, name, role, permissions.toSorted(), limits, isReadOnly]);
}

/** Whose feed the page may hold; undefined: none. */
export function feedKeyOf(view: SessionView | undefined): string | undefined {
  if (view === undefined || !isAllowed(view, 'see')) return undefined;
  return view.mode === 'open' || view.who === undefined ? 'open' : rightsKey(view.who);
}
