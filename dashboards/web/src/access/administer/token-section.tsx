import { useState } from 'preact/hooks';
import type { TokenRow } from '../../../../../src/contract/access.ts';
import { now } from '../../feed/store.ts';
import { format, texts } from '../../language.ts';
import { Outside } from '../../part/outside.tsx';
import { outsideText } from '../../view/outside-text.ts';
import { Fault } from '../fault.tsx';
import { pageTexts } from '../page-texts.ts';
import { scopeText } from '../scope-text.ts';
import { call } from '../session.ts';
import { useAct } from '../use-act.ts';
import { useLoaded } from '../use-loaded.ts';
import { AddToken } from './add-token.tsx';
import { SureButton } from './sure-button.tsx';

function expiry(at: number | undefined): string {
  const { administer: words } = pageTexts.value;
  if (at === undefined) return words.expiry.never;
  return at <= now.value ? words.expired : format.value.date(at);
}

function Row({ token, reload }: { token: TokenRow; reload(): Promise<void> }) {
  const { administer: words, account } = pageTexts.value;
  const act = useAct();
  const remove = async (): Promise<void> => {
    await call('DELETE', `/tokens/${encodeURIComponent(token.id)}`);
    await reload();
  };
  const { lastUsedAt } = token;
  return (
    <tr data-token={token.id}>
      <th scope="row">
        <Outside text={token.name} />
      </th>
      <td data-label={words.permissions}>
        {token.permissions.map((one) => texts.value.permission[one]).join('; ')}
      </td>
      <td data-label={words.scope}>
        <bdi>{scopeText(token.scope)}</bdi>
      </td>
      <td data-label={words.expires}>{expiry(token.expiresAt)}</td>
      <td data-label={words.lastUsed}>
        {lastUsedAt === undefined ? account.never : format.value.dateTime(lastUsedAt)}
      </td>
      <td data-label={words.createdBy}>
        <bdi>{outsideText(token.createdBy, 64)}</bdi>
      </td>
      <td class="act">
        <SureButton
          label={words.removeToken}
          name="remove-token"
          consequence={words.removeTokenSure}
          isBusy={act.isBusy}
          onSure={() => void act.run(remove)}
        />
        {act.error !== undefined && <Fault error={act.error} />}
      </td>
    </tr>
  );
}

function TokenTable({ tokens, reload }: { tokens: TokenRow[]; reload(): Promise<void> }) {
  const { administer: words } = pageTexts.value;
  const columns = [
    words.tokenName,
    words.permissions,
    words.scope,
    words.expires,
    words.lastUsed,
    words.createdBy,
  ];
  return (
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
        {tokens.map((token) => (
          <Row key={token.id} token={token} reload={reload} />
        ))}
      </tbody>
    </table>
  );
}

/** Tokens: who or what reads without a person's sign-in. */
export function TokenSection() {
  const { administer: words } = pageTexts.value;
  const { value: tokens, error, reload } = useLoaded<TokenRow[]>('/tokens');
  const [isAdding, setAdding] = useState(false);
  return (
    <section class="card" aria-labelledby="tokens-title" data-part="tokens">
      <header class="section-head">
        <h2 id="tokens-title">{words.tokens}</h2>
        <button type="button" data-action="add-token" onClick={() => setAdding(true)}>
          {words.addToken}
        </button>
      </header>
      <p class="muted">{words.tokensHint}</p>
      {error !== undefined && <Fault error={error} />}
      {tokens?.length === 0 && <p class="empty">{words.noTokens}</p>}
      {tokens !== undefined && tokens.length > 0 && <TokenTable tokens={tokens} reload={reload} />}
      {isAdding && <AddToken reload={reload} onClose={() => setAdding(false)} />}
    </section>
  );
}
