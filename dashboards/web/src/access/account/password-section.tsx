import { useState } from 'preact/hooks';
import { Fault } from '../fault.tsx';
import { NewPasswordFields, passwordFaultText } from '../new-password.tsx';
import { pageTexts } from '../page-texts.ts';
import { passwordFault } from '../password-check.ts';
import { PasswordField } from '../password-field.tsx';
import { call } from '../session.ts';
import { useAct } from '../use-act.ts';
import type { SectionProps } from './account-view.tsx';

const EMPTY = { password: '', again: '' };

function PasswordForm({ name, reload }: { name: string; reload(): Promise<void> }) {
  const { account: words } = pageTexts.value;
  const [current, setCurrent] = useState('');
  const [given, setGiven] = useState(EMPTY);
  const [said, setSaid] = useState<string>();
  const [isSaved, setSaved] = useState(false);
  const act = useAct();
  const onSubmit = (event: Event) => {
    event.preventDefault();
    const wrong = passwordFault(given.password, given.again);
    setSaid(wrong && passwordFaultText(wrong));
    setSaved(false);
    if (wrong !== undefined) return;
    void act.run(async () => {
      await call('POST', '/account/password', { current, password: given.password });
      setCurrent('');
      setGiven(EMPTY);
      setSaved(true);
      await reload();
    });
  };
  return (
    <form class="sign-in" onSubmit={onSubmit}>
      <input class="sr-only" autocomplete="username" tabIndex={-1} readOnly value={name} />
      <PasswordField
        label={words.current}
        name="current-password"
        autocomplete="current-password"
        value={current}
        onInput={setCurrent}
      />
      <NewPasswordFields given={given} onChange={setGiven} />
      <Fault error={act.error} text={said} instead={{ SVT_SIGN_IN_REFUSED: words.currentWrong }} />
      {isSaved && (
        <p class="saved" role="status">
          {words.saved}
        </p>
      )}
      <button type="submit" data-action="change-password" disabled={act.isBusy}>
        {words.changePassword}
      </button>
    </form>
  );
}

export function PasswordSection({ account, reload }: SectionProps) {
  const { account: words } = pageTexts.value;
  return (
    <section class="card" aria-labelledby="password-title">
      <h2 id="password-title">{words.passwordTitle}</h2>
      {account.hasPassword ? (
        <PasswordForm name={account.name} reload={reload} />
      ) : (
        <p class="muted">{words.noPassword}</p>
      )}
    </section>
  );
}
