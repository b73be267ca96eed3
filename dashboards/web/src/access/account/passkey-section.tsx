import { startRegistration } from '@simplewebauthn/browser';
import { useState } from 'preact/hooks';
import type { AccountView } from '../../../../../src/contract/access.ts';
import { format } from '../../language.ts';
import { Outside } from '../../part/outside.tsx';
import { PlainError } from '../error-text.ts';
import { Fault } from '../fault.tsx';
import { pageTexts } from '../page-texts.ts';
import { call, session } from '../session.ts';
import { hasPasskeys } from '../sign-in/passkey.ts';
import { useAct } from '../use-act.ts';
import type { SectionProps } from './account-view.tsx';

type Options = Parameters<typeof startRegistration>[0]['optionsJSON'];

async function add(label: string): Promise<void> {
  const { account: words } = pageTexts.peek();
  const begun = await call<{ ceremony: string; options: Options }>(
    'POST',
    '/account/passkeys/options',
  );
  const response = await startRegistration({ optionsJSON: begun.options }).catch((error: Error) => {
    const isKnown = error.name === 'InvalidStateError';
    throw new PlainError(isKnown ? words.passkeyKnown : words.passkeyFailed);
  });
  await call('POST', '/account/passkeys', { ceremony: begun.ceremony, label, response });
}

function Add({ reload }: { reload(): Promise<void> }) {
  const { account: words } = pageTexts.value;
  const [label, setLabel] = useState('');
  const act = useAct();
  const onSubmit = (event: Event) => {
    event.preventDefault();
    void act.run(async () => {
      await add(label.trim());
      setLabel('');
      await reload();
    });
  };
  return (
    <form class="sign-in" onSubmit={onSubmit}>
      <label class="field">
        <span>{words.passkeyLabel}</span>
        <input
          data-field="passkey-label"
          maxLength={60}
          required
          pattern=".*\S.*"
          value={label}
          onInput={(event) => setLabel(event.currentTarget.value)}
        />
      </label>
      <Fault error={act.error} />
      <button type="submit" data-action="add-passkey" disabled={act.isBusy}>
        {words.passkeyAdd}
      </button>
    </form>
  );
}

function Row({ passkey, reload }: { passkey: AccountView['passkeys'][number] } & Reload) {
  const { account: words } = pageTexts.value;
  const act = useAct();
  const used = passkey.lastUsedAt;
  return (
    <li data-passkey={passkey.id}>
      <div class="row-text">
        <strong>
          <Outside text={passkey.label} />
        </strong>
        <small class="muted">
          {words.created} {format.value.date(passkey.createdAt)} · {words.lastUsed}{' '}
          {used === undefined ? words.never : format.value.date(used)}
        </small>
        {act.error !== undefined && <Fault error={act.error} />}
      </div>
      <button
        type="button"
        disabled={act.isBusy}
        onClick={() =>
          void act.run(async () => {
            await call('DELETE', `/account/passkeys/${encodeURIComponent(passkey.id)}`);
            await reload();
          })
        }
      >
        {words.remove}
      </button>
    </li>
  );
}

type Reload = Pick<SectionProps, 'reload'>;

export function PasskeySection({ account, reload }: SectionProps) {
  const { account: words } = pageTexts.value;
  const isOffered = session.value?.ways.passkey === true;
  if (!isOffered && account.passkeys.length === 0) return null;
  return (
    <section class="card" aria-labelledby="passkeys-title" data-part="passkeys">
      <h2 id="passkeys-title">{words.passkeysTitle}</h2>
      {account.passkeys.length === 0 && <p class="muted">{words.noPasskeys}</p>}
      <ul class="rows">
        {account.passkeys.map((passkey) => (
          <Row key={passkey.id} passkey={passkey} reload={reload} />
        ))}
      </ul>
      {hasPasskeys() ? <Add reload={reload} /> : <p class="muted">{words.passkeyUnsupported}</p>}
    </section>
  );
}
