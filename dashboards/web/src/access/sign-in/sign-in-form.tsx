import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { format } from '../../language.ts';
import { outsideText } from '../../view/outside-text.ts';
import { CallError } from '../call.ts';
import { PlainError } from '../error-text.ts';
import { Fault } from '../fault.tsx';
import { pageTexts } from '../page-texts.ts';
import { accountName } from '../password-check.ts';
import { PasswordField } from '../password-field.tsx';
import { session, signIn } from '../session.ts';
import { type Act, useAct } from '../use-act.ts';
import { hasPasskeys, offerPasskeys, signInByPasskey } from './passkey.ts';
import { useThrottle } from './use-throttle.ts';
import '../../style/access.css';

interface Given {
  name: string;
  password: string;
  /** Undefined until the server asks for it. */
  code: string | undefined;
}

async function send({ name, password, code }: Given): Promise<void> {
  const body = { name: accountName(name), password, ...(code === undefined ? {} : { code }) };
  await signIn('/session', body);
}

/** Name and password, then the code where the account has one; passkey and identity provider beside. */
export function SignInForm({ name = '', refusedCode }: SignInFormProps) {
  const [given, setGiven] = useState<Given>({ name, password: '', code: undefined });
  const [secondsLeft, throttle] = useThrottle();
  const act = useAct();
  const first = refusedCode === undefined ? undefined : new CallError(refusedCode, 0, {});
  const onSubmit = (event: Event) => {
    event.preventDefault();
    if (secondsLeft > 0) return;
    void act.run(async () => {
      try {
        await send(given);
      } catch (error) {
        if (!(error instanceof CallError && error.code === 'SVT_CODE_NEEDED')) {
          throttle(error);
          throw error;
        }
        setGiven({ ...given, code: '' });
      }
    });
  };
  const step = { given, setGiven, act, secondsLeft };
  const error = act.error ?? (given.code === undefined ? first : undefined);
  return (
    <form
      class="sign-in"
      onSubmit={onSubmit}
      data-step={given.code === undefined ? 'name' : 'code'}
    >
      {given.code === undefined ? <NameStep {...step} /> : <CodeStep {...step} />}
      <Message error={error} secondsLeft={secondsLeft} isCode={given.code !== undefined} />
      <Submit isBusy={act.isBusy} isThrottled={secondsLeft > 0} />
      {given.code === undefined && <OtherWays act={act} />}
    </form>
  );
}

export interface SignInFormProps {
  /** Who signs in again. */
  name?: string;
  refusedCode?: string | undefined;
}

interface Step {
  given: Given;
  setGiven(given: Given): void;
  act: Act;
  secondsLeft: number;
}

function NameStep({ given, setGiven, act }: Step) {
  const { signIn: words } = pageTexts.value;
  const nameField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  useEffect(() => {
    (given.name === '' ? nameField : passwordField).current?.focus();
  }, []);
  useLayoutEffect(() => {
    if (act.error !== undefined) passwordField.current?.select();
  }, [act.error]);
  return (
    <>
      <label class="field">
        <span>{words.name}</span>
        <input
          ref={nameField}
          name="username"
          data-field="username"
          autocomplete="username webauthn"
          autocapitalize="none"
          spellcheck={false}
          maxLength={64}
          required
          value={given.name}
          onInput={(event) => setGiven({ ...given, name: event.currentTarget.value })}
        />
      </label>
      <PasswordField
        label={words.password}
        name="password"
        autocomplete="current-password"
        field={passwordField}
        value={given.password}
        onInput={(password) => setGiven({ ...given, password })}
      />
    </>
  );
}

function CodeStep({ given, setGiven, act }: Step) {
  const { signIn: words } = pageTexts.value;
  const field = useRef<HTMLInputElement>(null);
  // With the message, before another key is pressed.
  useLayoutEffect(() => field.current?.select(), [act.error]);
  return (
    <>
      <p class="muted">
        <bdi>{outsideText(given.name, 64)}</bdi>{' '}
        <button
          type="button"
          class="link"
          onClick={() => setGiven({ ...given, password: '', code: undefined })}
        >
          {words.back}
        </button>
      </p>
      <label class="field">
        <span>{words.code}</span>
        <input
          ref={field}
          class="code"
          name="code"
          data-field="code"
          autocomplete="one-time-code"
          autocapitalize="none"
          spellcheck={false}
          minLength={6}
          maxLength={32}
          required
          value={given.code}
          onInput={(event) => setGiven({ ...given, code: event.currentTarget.value })}
        />
        <small class="muted">{words.codeHint}</small>
      </label>
    </>
  );
}

function Message({ error, secondsLeft, isCode }: MessageProps) {
  const { signIn: words } = pageTexts.value;
  if (secondsLeft > 0) return <Fault text={words.wait(format.value.elapsed(secondsLeft))} />;
  const isThrottled = error instanceof CallError && error.code === 'SVT_TOO_MANY_ATTEMPTS';
  if (isThrottled) return <Fault />;
  return <Fault error={error} instead={isCode ? { SVT_SIGN_IN_REFUSED: words.codeWrong } : {}} />;
}

interface MessageProps {
  error: unknown;
  secondsLeft: number;
  isCode: boolean;
}

function Submit({ isBusy, isThrottled }: { isBusy: boolean; isThrottled: boolean }) {
  const { signIn: words } = pageTexts.value;
  return (
    <button type="submit" class="primary" data-action="sign-in" disabled={isBusy || isThrottled}>
      {isBusy ? words.working : words.submit}
    </button>
  );
}

function OtherWays({ act }: { act: Act }) {
  const { signIn: words } = pageTexts.value;
  const ways = session.value?.ways;
  const isPasskey = ways?.passkey === true && hasPasskeys();
  useEffect(() => (isPasskey ? offerPasskeys() : undefined), [isPasskey]);
  if (!isPasskey && ways?.oidc === undefined) return null;
  return (
    <div class="other-ways">
      <span class="or muted">{words.or}</span>
      {isPasskey && (
        <button
          type="button"
          data-action="passkey"
          disabled={act.isBusy}
          onClick={() => void act.run(() => byPasskey(words.passkeyFailed))}
        >
          {words.passkey}
        </button>
      )}
      {ways?.oidc !== undefined && (
        <a class="button" href="/auth/oidc" data-action="oidc">
          {words.provider(outsideText(ways.oidc, 40))}
        </a>
      )}
    </div>
  );
}

/** What the browser says of a ceremony that was broken off helps nobody. */
async function byPasskey(message: string): Promise<void> {
  try {
    await signInByPasskey();
  } catch (error) {
    throw error instanceof CallError ? error : new PlainError(message);
  }
}
