import type { AccountView as Account } from '../../../../../src/contract/access.ts';
import { texts } from '../../language.ts';
import { Icon } from '../../part/icon.tsx';
import { Outside } from '../../part/outside.tsx';
import { Fault } from '../fault.tsx';
import { pageTexts } from '../page-texts.ts';
import { scopeText } from '../scope-text.ts';
import { useLoaded } from '../use-loaded.ts';
import { PasskeySection } from './passkey-section.tsx';
import { PasswordSection } from './password-section.tsx';
import { SessionSection } from './session-section.tsx';
import { TotpSection } from './totp-section.tsx';
import '../../style/access.css';

/** What each part of the account's view is given. */
export interface SectionProps {
  account: Account;
  reload(): Promise<void>;
}

/** A person's own account: password, second factors, and where it is signed in. */
export function AccountView() {
  const { account: words } = pageTexts.value;
  const { ui, role } = texts.value;
  const { value: account, error, reload } = useLoaded<Account>('/account');
  return (
    <div class="access-view" data-view="account">
      <a class="back" href="#/">
        <Icon name="arrowLeft" />
        {ui.back}
      </a>
      <h1>{words.title}</h1>
      {error !== undefined && <Fault error={error} />}
      {account === undefined && error === undefined && <p class="empty">{ui.loading}</p>}
      {account !== undefined && (
        <>
          <p>
            <strong>
              <Outside text={account.name} />
            </strong>{' '}
            <span class="muted">
              {role[account.role]} · {scopeText(account.scope)}
            </span>
          </p>
          <div class="cards">
            <PasswordSection account={account} reload={reload} />
            <TotpSection account={account} reload={reload} />
            <PasskeySection account={account} reload={reload} />
            <SessionSection account={account} reload={reload} />
          </div>
        </>
      )}
    </div>
  );
}
