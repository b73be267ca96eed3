import { useState } from 'preact/hooks';
import type { Role } from '../../../../../src/contract/access.ts';
import { Fault } from '../fault.tsx';
import { Modal } from '../modal.tsx';
import { pageTexts } from '../page-texts.ts';
import { accountName, isAccountName } from '../password-check.ts';
import { call } from '../session.ts';
import { useAct } from '../use-act.ts';
import { type OneTimeLink, OneTimeLinkShown } from './one-time-link.tsx';
import { RoleField } from './role-field.tsx';
import { ScopeEditor } from './scope-editor.tsx';
import { choiceOf, scopeOf } from './scope-state.ts';

const FIRST = { name: '', role: 'technician' as Role, isBreakGlass: false };

function Form({ onAdded }: { onAdded(name: string, link: OneTimeLink): void }) {
  const { administer: words, setup, fault } = pageTexts.value;
  const [given, setGiven] = useState(FIRST);
  const [choice, setChoice] = useState(choiceOf(undefined));
  const [said, setSaid] = useState<string>();
  const act = useAct();
  const onSubmit = (event: Event) => {
    event.preventDefault();
    const name = accountName(given.name);
    const scope = scopeOf(choice);
    if (!isAccountName(name)) return setSaid(fault.name);
    if (scope === 'missing') return setSaid(words.limitNeeded);
    setSaid(undefined);
    const body = { ...given, name, ...(scope === undefined ? {} : { scope }) };
    void act.run(async () => onAdded(name, await call<OneTimeLink>('POST', '/accounts', body)));
  };
  return (
    <form class="sign-in" onSubmit={onSubmit}>
      <label class="field">
        <span>{words.name}</span>
        <input
          data-field="account-name"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          maxLength={64}
          required
          value={given.name}
          onInput={(event) => setGiven({ ...given, name: event.currentTarget.value })}
        />
        <small class="muted">{setup.nameHint}</small>
      </label>
      <RoleField value={given.role} onChange={(role) => setGiven({ ...given, role })} />
      <ScopeEditor choice={choice} onChange={setChoice} />
      <label class="check">
        <input
          type="checkbox"
          checked={given.isBreakGlass}
          onChange={(event) => setGiven({ ...given, isBreakGlass: event.currentTarget.checked })}
        />
        <span>
          {words.breakGlassLabel}
          <small class="muted block">{words.breakGlassHint}</small>
        </span>
      </label>
      <Fault error={act.error} text={said} />
      <button type="submit" class="primary" data-action="invite" disabled={act.isBusy}>
        {words.invite}
      </button>
    </form>
  );
}

/** A new account; it begins with a one-time link, by which its person chooses a password. */
export function AddAccount({ onClose, reload }: { onClose(): void; reload(): Promise<void> }) {
  const { administer: words } = pageTexts.value;
  const [added, setAdded] = useState<{ name: string; link: OneTimeLink }>();
  return (
    <Modal title={words.addAccount} name="add-account" onClose={onClose}>
      {added === undefined ? (
        <Form
          onAdded={(name, link) => {
            setAdded({ name, link });
            void reload();
          }}
        />
      ) : (
        <OneTimeLinkShown {...added} />
      )}
      <button type="button" class="quiet" data-action="close" onClick={onClose}>
        {added === undefined ? pageTexts.value.account.cancel : words.close}
      </button>
    </Modal>
  );
}
