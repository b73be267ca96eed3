import { useState } from 'preact/hooks';
import type { AccountRow } from '../../../../../src/contract/access.ts';
import { texts } from '../../language.ts';
import { Icon } from '../../part/icon.tsx';
import { Fault } from '../fault.tsx';
import { pageTexts } from '../page-texts.ts';
import { useLoaded } from '../use-loaded.ts';
import { AccountTable } from './account-table.tsx';
import { AddAccount } from './add-account.tsx';
import { TokenSection } from './token-section.tsx';
import '../../style/access.css';

function AccountSection() {
  const { administer: words } = pageTexts.value;
  const { value: rows, error, reload } = useLoaded<AccountRow[]>('/accounts');
  const [isAdding, setAdding] = useState(false);
  return (
    <section class="card" aria-labelledby="accounts-title" data-part="accounts">
      <header class="section-head">
        <h2 id="accounts-title">{words.accounts}</h2>
        <button type="button" data-action="add-account" onClick={() => setAdding(true)}>
          {words.addAccount}
        </button>
      </header>
      {error !== undefined && <Fault error={error} />}
      {rows === undefined && error === undefined && <p class="empty">{texts.value.ui.loading}</p>}
      {rows !== undefined && <AccountTable rows={rows} reload={reload} />}
      {isAdding && <AddAccount reload={reload} onClose={() => setAdding(false)} />}
    </section>
  );
}

/** Who may what: accounts for people, tokens for screens and programs. */
export function AdministerView() {
  return (
    <div class="access-view" data-view="accounts">
      <a class="back" href="#/">
        <Icon name="arrowLeft" />
        {texts.value.ui.back}
      </a>
      <h1>{pageTexts.value.administer.title}</h1>
      <AccountSection />
      <TokenSection />
    </div>
  );
}
