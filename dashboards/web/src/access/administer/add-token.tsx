import { useState } from 'preact/hooks';
import type { Permission } from '../../../../../src/contract/access.ts';
import { now } from '../../feed/store.ts';
import { texts } from '../../language.ts';
import { CopyField } from '../copy-field.tsx';
import { Fault } from '../fault.tsx';
import { Modal } from '../modal.tsx';
import { pageTexts } from '../page-texts.ts';
import { call } from '../session.ts';
import { useAct } from '../use-act.ts';
import { ScopeEditor } from './scope-editor.tsx';
import { choiceOf, scopeOf, toggled } from './scope-state.ts';

const PRESETS = { kiosk: ['see'], prometheus: ['scrape'], custom: [] } as const;
type Preset = keyof typeof PRESETS;
/** A token that may `administer` lists accounts and tokens alone: made on the machine, by the few who need it. */
const PERMISSIONS: readonly Permission[] = ['see', 'report', 'respond', 'supervise', 'scrape'];
const EXPIRIES = ['30', '90', '365', 'never'] as const;
const DAY_MS = 86_400_000;

interface Given {
  name: string;
  preset: Preset;
  permissions: readonly string[];
  expiry: (typeof EXPIRIES)[number];
}

function PresetField({ given, setGiven }: GivenProps) {
  const { administer: words } = pageTexts.value;
  return (
    <>
      <label class="field">
        <span>{words.preset}</span>
        <select
          data-field="preset"
          value={given.preset}
          onChange={({ currentTarget }) => {
            const preset = currentTarget.value as Preset;
            setGiven({ ...given, preset, permissions: PRESETS[preset] });
          }}
        >
          {(Object.keys(PRESETS) as Preset[]).map((preset) => (
            <option key={preset} value={preset}>
              {words[preset]}
            </option>
          ))}
        </select>
      </label>
      <fieldset class="checks" disabled={given.preset !== 'custom'}>
        <legend>{words.permissions}</legend>
        {PERMISSIONS.map((permission) => (
          <label key={permission} class="check">
            <input
              type="checkbox"
              value={permission}
              checked={given.permissions.includes(permission)}
              onChange={() =>
                setGiven({ ...given, permissions: toggled(given.permissions, permission) })
              }
            />
            {texts.value.permission[permission]}
          </label>
        ))}
      </fieldset>
    </>
  );
}

interface GivenProps {
  given: Given;
  setGiven(given: Given): void;
}

function ExpiryField({ given, setGiven }: GivenProps) {
  const { administer: words } = pageTexts.value;
  return (
    <label class="field">
      <span>{words.expires}</span>
      <select
        data-field="expiry"
        value={given.expiry}
        onChange={({ currentTarget }) =>
          setGiven({ ...given, expiry: currentTarget.value as Given['expiry'] })
        }
      >
        {EXPIRIES.map((expiry) => (
          <option key={expiry} value={expiry}>
            {words.expiry[expiry]}
          </option>
        ))}
      </select>
    </label>
  );
}

function expiresAt(expiry: Given['expiry']): { expiresAt?: string } {
  if (expiry === 'never') return {};
  return { expiresAt: new Date(now.peek() + Number(expiry) * DAY_MS).toISOString() };
}

const FIRST: Given = { name: '', preset: 'kiosk', permissions: PRESETS.kiosk, expiry: '365' };

function Form({ onAdded }: { onAdded(token: string, isKiosk: boolean): void }) {
  const { administer: words } = pageTexts.value;
  const [given, setGiven] = useState<Given>(FIRST);
  const [choice, setChoice] = useState(choiceOf(undefined));
  const [said, setSaid] = useState<string>();
  const act = useAct();
  const onSubmit = (event: Event) => {
    event.preventDefault();
    const { name, permissions, expiry } = given;
    const scope = scopeOf(choice);
    if (permissions.length === 0) return setSaid(words.permissionNeeded);
    if (scope === 'missing') return setSaid(words.limitNeeded);
    setSaid(undefined);
    const limits = scope === undefined ? {} : { scope };
    const body = { name: name.trim(), permissions, ...limits, ...expiresAt(expiry) };
    void act.run(async () => {
      const { token } = await call<{ token: string }>('POST', '/tokens', body);
      onAdded(token, given.preset === 'kiosk');
    });
  };
  return (
    <form class="sign-in" onSubmit={onSubmit}>
      <label class="field">
        <span>{words.tokenName}</span>
        <input
          data-field="token-name"
          autocomplete="off"
          maxLength={60}
          pattern=".*\S.*"
          required
          value={given.name}
          onInput={(event) => setGiven({ ...given, name: event.currentTarget.value })}
        />
      </label>
      <PresetField given={given} setGiven={setGiven} />
      <ScopeEditor choice={choice} onChange={setChoice} />
      <ExpiryField given={given} setGiven={setGiven} />
      <Fault error={act.error} text={said} />
      <button type="submit" class="primary" data-action="create-token" disabled={act.isBusy}>
        {words.addToken}
      </button>
    </form>
  );
}

/** A new token for a screen or a program, shown once. */
export function AddToken({ onClose, reload }: { onClose(): void; reload(): Promise<void> }) {
  const { administer: words, account } = pageTexts.value;
  const [token, setToken] = useState<string>();
  const [isKiosk, setKiosk] = useState(false);
  return (
    <Modal title={words.addToken} name="add-token" onClose={onClose}>
      {token === undefined ? (
        <Form
          onAdded={(added, isForScreen) => {
            setToken(added);
            setKiosk(isForScreen);
            void reload();
          }}
        />
      ) : (
        <div class="note" role="status">
          <p>{words.tokenShown}</p>
          <CopyField label={words.tokenTitle} text={token} name="token" />
          {isKiosk && (
            <CopyField
              label={words.kioskLink}
              text={`${location.origin}/kiosk#${token}`}
              name="kiosk-link"
            />
          )}
        </div>
      )}
      <button type="button" class="quiet" data-action="close" onClick={onClose}>
        {token === undefined ? account.cancel : words.close}
      </button>
    </Modal>
  );
}
