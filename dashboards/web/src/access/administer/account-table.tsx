import { useState } from 'preact/hooks';
import type { AccountRow } from '../../../../../src/contract/access.ts';
import { format, texts } from '../../language.ts';
import { Outside } from '../../part/outside.tsx';
import { pageTexts } from '../page-texts.ts';
import { scopeText } from '../scope-text.ts';
import { who } from '../session.ts';
import { EditAccount } from './edit-account.tsx';

function States({ row }: { row: AccountRow }) {
  const { administer: words } = pageTexts.value;
  const marks = [
    ...(row.isDisabled ? [words.disabled] : []),
    ...(row.isBreakGlass ? [words.breakGlass] : []),
    ...(row.isExternal ? [words.external] : []),
    ...(row.hasPassword || row.isExternal || row.passkeys > 0 ? [] : [words.invited]),
  ];
  if (marks.length === 0) return <>{words.enabled}</>;
  return (
    <>
      {marks.map((mark) => (
        <span key={mark} class={`badge ${mark === words.disabled ? 'off' : 'mark'}`}>
          {mark}
        </span>
      ))}
    </>
  );
}

function factors({ hasTotp, passkeys }: AccountRow): string {
  const { administer: words } = pageTexts.value;
  const all = [
    ...(hasTotp ? [words.totp] : []),
    ...(passkeys > 0 ? [words.passkeys(passkeys)] : []),
  ];
  return all.length === 0 ? words.noFactor : all.join(', ');
}

function Row({ row, onEdit }: { row: AccountRow; onEdit(): void }) {
  const { administer: words, account } = pageTexts.value;
  const { lastSignInAt } = row;
  return (
    <tr data-account={row.name}>
      <th scope="row">
        <Outside text={row.name} />
        {row.name === who.value?.name && <small class="muted"> ({words.you})</small>}
      </th>
      <td data-label={words.role}>{texts.value.role[row.role]}</td>
      <td data-label={words.scope}>
        <bdi>{scopeText(row.scope)}</bdi>
      </td>
      <td data-label={words.state}>
        <span>
          <States row={row} />
        </span>
      </td>
      <td data-label={words.secondFactor}>{factors(row)}</td>
      <td data-label={words.lastSignIn}>
        {lastSignInAt === undefined ? account.never : format.value.dateTime(lastSignInAt)}
      </td>
      <td data-label={words.sessions} class="number">
        {row.sessions}
      </td>
      <td class="act">
        <button type="button" data-action="edit" onClick={onEdit}>
          {words.edit}
        </button>
      </td>
    </tr>
  );
}

/** Every account, and what each may. */
export function AccountTable({ rows, reload }: AccountTableProps) {
  const { administer: words } = pageTexts.value;
  const [edited, setEdited] = useState<string>();
  const row = rows.find(({ name }) => name === edited);
  const columns = [
    words.name,
    words.role,
    words.scope,
    words.state,
    words.secondFactor,
    words.lastSignIn,
    words.sessions,
  ];
  return (
    <>
      <table class="list">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
            <td />
          </tr>
        </thead>
        <tbody>
          {rows.map((one) => (
            <Row key={one.name} row={one} onEdit={() => setEdited(one.name)} />
          ))}
        </tbody>
      </table>
      {row !== undefined && (
        <EditAccount row={row} reload={reload} onClose={() => setEdited(undefined)} />
      )}
    </>
  );
}

interface AccountTableProps {
  rows: readonly AccountRow[];
  reload(): Promise<void>;
}
