import { useEffect, useRef, useState } from 'preact/hooks';
import { linkToken } from '../../route.ts';
import { Fault } from '../fault.tsx';
import { NewPasswordFields, passwordFaultText } from '../new-password.tsx';
import { pageTexts } from '../page-texts.ts';
import { accountName, isAccountName, passwordFault } from '../password-check.ts';
import { signIn } from '../session.ts';
import { useAct } from '../use-act.ts';
import '../../style/access.css';

/** The server takes none that is shorter: the end of the link was lost on the way. */
const TOKEN_LEAST = 20;

/** What a one-time link opens: the first administrator's account, or a password for one's own. */
export function LinkView({ isSetup }: { isSetup: boolean }) {
  const { setup } = pageTexts.value;
  const title = isSetup ? setup.title : setup.linkTitle;
  return (
    <section
      class="card narrow"
      aria-labelledby="link-title"
      data-view={isSetup ? 'setup' : 'link'}
    >
      <h1 id="link-title">{title}</h1>
      {linkToken === undefined || linkToken.length < TOKEN_LEAST ? (
        <div class="note" role="alert" data-fault="">
          <strong>{setup.noToken}</strong>
          <p>{setup.noTokenHint}</p>
        </div>
      ) : (
        <>
          <p class="muted">{isSetup ? setup.hint : setup.linkHint}</p>
          <LinkForm isSetup={isSetup} token={linkToken} />
        </>
      )}
    </section>
  );
}

function LinkForm({ isSetup, token }: { isSetup: boolean; token: string }) {
  const { setup, signIn: words, fault } = pageTexts.value;
  const [name, setName] = useState('');
  const [given, setGiven] = useState({ password: '', again: '' });
  const [missing, setMissing] = useState<string>();
  const act = useAct();
  const onSubmit = (event: Event) => {
    event.preventDefault();
    const wrong = passwordFault(given.password, given.again);
    const isNamed = !isSetup || isAccountName(accountName(name));
    const said = !isNamed ? fault.name : wrong && passwordFaultText(wrong);
    setMissing(said);
    if (said !== undefined) return;
    const { password } = given;
    void act.run(async () => {
      const path = isSetup ? '/setup' : '/link';
      const body = isSetup ? { token, name: accountName(name), password } : { token, password };
      await signIn(path, body);
    });
  };
  return (
    <form class="sign-in" onSubmit={onSubmit}>
      {isSetup && <NameField name={name} setName={setName} />}
      <NewPasswordFields given={given} onChange={setGiven} />
      <Fault error={act.error} text={missing} />
      <button type="submit" class="primary" data-action="set-password" disabled={act.isBusy}>
        {act.isBusy ? words.working : isSetup ? setup.submit : setup.linkSubmit}
      </button>
    </form>
  );
}

function NameField({ name, setName }: { name: string; setName(name: string): void }) {
  const { setup } = pageTexts.value;
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <label class="field">
      <span>{setup.name}</span>
      <input
        ref={field}
        name="username"
        data-field="username"
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        maxLength={64}
        required
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <small class="muted">{setup.nameHint}</small>
    </label>
  );
}
