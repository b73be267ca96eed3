import { useState } from 'preact/hooks';
import { CopyField } from '../copy-field.tsx';
import { Fault } from '../fault.tsx';
import { pageTexts } from '../page-texts.ts';
import { PasswordField } from '../password-field.tsx';
import { call } from '../session.ts';
import { useAct } from '../use-act.ts';
import type { SectionProps } from './account-view.tsx';
import { Qr } from './qr.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

interface Begun {
  secret: string;
  uri: string;
}

function Confirm({ begun, onConfirmed }: { begun: Begun; onConfirmed(codes: string[]): void }) {
  const { account: words, signIn } = pageTexts.value;
  const [code, setCode] = useState('');
  const act = useAct();
  const onSubmit = (event: Event) => {
    event.preventDefault();
    void act.run(async () => {
      const path = '/account/totp/confirm';
      const { recoveryCodes } = await call<{ recoveryCodes: string[] }>('POST', path, { code });
      onConfirmed(recoveryCodes);
    });
  };
  return (
    <form class="sign-in" onSubmit={onSubmit}>
      <p>{words.totpScan}</p>
      <Qr text={begun.uri} label={words.totpPicture} />
      <CopyField label={words.totpKey} text={begun.secret} name="totp-secret" />
      <label class="field">
        <span>{signIn.code}</span>
        <input
          class="code"
          data-field="totp-code"
          autocomplete="one-time-code"
          inputMode="numeric"
          minLength={6}
          maxLength={10}
          required
          value={code}
          onInput={(event) => setCode(event.currentTarget.value)}
        />
      </label>
      <Fault
        error={act.error}
        instead={{ SVT_SIGN_IN_REFUSED: signIn.codeWrong, SVT_CODE_NEEDED: signIn.codeWrong }}
      />
      <button type="submit" class="primary" data-action="confirm-totp" disabled={act.isBusy}>
        {words.totpConfirm}
      </button>
    </form>
  );
}

function Remove({ reload }: { reload(): Promise<void> }) {
  const { account: words, signIn } = pageTexts.value;
  const [isOpen, setOpen] = useState(false);
  const [password, setPassword] = useState('');
  const act = useAct();
  if (!isOpen) {
    return (
      <button type="button" data-action="remove-totp" onClick={() => setOpen(true)}>
        {words.totpRemove}
      </button>
    );
  }
  const onSubmit = (event: Event) => {
    event.preventDefault();
    void act.run(async () => {
      await call('POST', '/account/totp/remove', { password });
      await reload();
    });
  };
  return (
    <form class="sign-in" onSubmit={onSubmit}>
      <p>{words.totpRemoveHint}</p>
      <PasswordField
        label={signIn.password}
        name="proof"
        autocomplete="current-password"
        value={password}
        onInput={setPassword}
      />
      <Fault error={act.error} instead={{ SVT_SIGN_IN_REFUSED: words.currentWrong }} />
      <div class="buttons">
        <button type="button" class="quiet" onClick={() => setOpen(false)}>
          {words.cancel}
        </button>
        <button type="submit" class="danger" disabled={act.isBusy}>
          {words.totpRemove}
        </button>
      </div>
    </form>
  );
}

function Begin({ onBegun }: { onBegun(begun: Begun): void }) {
  const { account: words } = pageTexts.value;
  const act = useAct();
  return (
    <>
      <p class="muted">{words.totpOff}</p>
      <Fault error={act.error} />
      <button
        type="button"
        data-action="begin-totp"
        disabled={act.isBusy}
        onClick={() => void act.run(async () => onBegun(await call('POST', '/account/totp')))}
      >
        {words.totpBegin}
      </button>
    </>
  );
}

/** The authenticator app (TOTP, RFC 6238). */
export function TotpSection({ account, reload }: SectionProps) {
  const { account: words } = pageTexts.value;
  const [begun, setBegun] = useState<Begun>();
  const [codes, setCodes] = useState<readonly string[]>();
  const content = () => {
    if (codes !== undefined) {
      const onDone = () => setCodes(undefined);
      return <RecoveryCodes codes={codes} onDone={onDone} />;
    }
    if (account.hasTotp) {
      return (
        <>
          <p>{words.totpOn(account.recoveryCodesLeft)}</p>
          <Remove reload={reload} />
        </>
      );
    }
    if (begun === undefined) return <Begin onBegun={setBegun} />;
    const onConfirmed = (given: readonly string[]) => {
      setCodes(given);
      setBegun(undefined);
      void reload();
    };
    return <Confirm begun={begun} onConfirmed={onConfirmed} />;
  };
  return (
    <section class="card" aria-labelledby="totp-title" data-part="totp">
      <h2 id="totp-title">{words.totpTitle}</h2>
      {content()}
    </section>
  );
}
