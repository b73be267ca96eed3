import type { AccountRow, Scope, TokenRow } from '../../contract/access.ts';
import { formatOf, type Language } from '../../i18n/index.ts';
import { USER_TEXTS } from '../../i18n/user-command.ts';
import { asTable } from './table.ts';

export function listAccounts(rows: readonly AccountRow[], language: Language): string {
  const texts = USER_TEXTS[language];
  if (rows.length === 0) return texts.noAccounts;
  const lines = rows.map((row) => [
    row.name,
    row.role,
    sitesOf(row.scope, language),
    stateOf(row, language),
    timeOf(row.lastSignInAt, language),
  ]);
  return asTable([texts.accountColumns, ...lines]);
}

export function listTokens(rows: readonly TokenRow[], language: Language): string {
  const texts = USER_TEXTS[language];
  if (rows.length === 0) return texts.noTokens;
  const lines = rows.map((row) => [
    row.id.slice(0, 12),
    row.name,
    row.permissions.join(' '),
    sitesOf(row.scope, language),
    timeOf(row.expiresAt, language),
  ]);
  return asTable([texts.tokenColumns, ...lines]);
}

function sitesOf(scope: Scope | undefined, language: Language): string {
  if (scope === undefined) return USER_TEXTS[language].everywhere;
  return [...scope.regions, ...scope.sites].join(', ');
}

function stateOf(row: AccountRow, language: Language): string {
  const { state } = USER_TEXTS[language];
  return [
    row.isDisabled ? [state.disabled] : [],
    row.isBreakGlass ? [state.breakGlass] : [],
    row.isExternal ? [state.external] : [],
    row.hasPassword || row.isExternal || row.passkeys > 0 ? [] : [state.noPassword],
    row.hasTotp || row.passkeys > 0 ? [state.secondFactor] : [],
  ]
    .flat()
    .join(', ');
}

function timeOf(at: number | undefined, language: Language): string {
  return at === undefined ? USER_TEXTS[language].never : formatOf(language).dateTime(at);
}
