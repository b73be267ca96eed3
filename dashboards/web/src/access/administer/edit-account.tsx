import { useState } from 'preact/hooks';
import type { AccountRow } from '../../../../../src/contract/access.ts';
import { outsideText } from '../../view/outside-text.ts';
import { Fault } from '../fault.tsx';
import { Modal } from '../modal.tsx';
import { pageTexts } from '../page-texts.ts';
import { askSession, call, who } from '../session.ts';
import { type Act, useAct } from '../use-act.ts';
import { type OneTimeLink, OneTimeLinkShown } from './one-time-link.tsx';
import { RoleField } from './role-field.tsx';
import { ScopeEditor } from './scope-editor.tsx';
import { choiceOf, scopeOf } from './scope-state.ts';
import { SureButton } from './sure-button.tsx';

function pathOf(name: string): string {
  return `/accounts/${encodeURIComponent(name)}`;
}

/** What a change of role, limits or state costs; undefined where it costs nothing. */
function consequenceOf(row: AccountRow, change: Change): string | undefined {
  const { administer: words } = pageTexts.value;
  const isSelf = row.name === who.value?.name;
  if (change.isDisabled && !row.isDisabled) {
    return isSelf ? words.disableSelf : words.disableSure(outsideText(row.name, 64));
  }
  if (isSelf && change.role !== 'administrator') return words.demoteSelf;
  return undefined;
}

type Change = Pick<AccountRow, 'role' | 'isDisabled'>;

function Rights({ row, act, onSaved }: PartProps) {
  const { administer: words, account } = pageTexts.value;
  const [change, setChange] = useState<Change>({ role: row.role, isDisabled: row.isDisabled });
  const [choice, setChoice] = useState(choiceOf(row.scope));
  const [said, setSaid] = useState<string>();
  const consequence = consequenceOf(row, change);
  const save = () => {
    const scope = scopeOf(choice);
    setSaid(scope === 'missing' ? words.limitNeeded : undefined);
    if (scope === 'missing') return;
    void act.run(async () => {
      await call('PATCH', pathOf(row.name), { ...change, scope: scope ?? null });
      await onSaved();
    });
  };
  return (
    <form
      class="sign-in"
      onSubmit={(event) => {
        event.preventDefault();
        if (consequence === undefined) save();
      }}
    >
      <RoleField value={change.role} onChange={(role) => setChange({ ...change, role })} />
      <ScopeEditor choice={choice} onChange={setChoice} />
      <label class="check">
        <input
          type="checkbox"
          data-field="disabled"
          checked={change.isDisabled}
          onChange={(event) => setChange({ ...change, isDisabled: event.currentTarget.checked })}
        />
        {words.disabledLabel}
      </label>
      <Fault text={said} />
      {consequence === undefined ? (
        <button type="submit" class="primary" data-action="save" disabled={act.isBusy}>
          {account.save}
        </button>
      ) : (
        <SureButton
          label={account.save}
          name="save"
          consequence={consequence}
          isBusy={act.isBusy}
          onSure={save}
        />
      )}
    </form>
  );
}

interface PartProps {
  row: AccountRow;
  act: Act;
  onSaved(): Promise<void>;
}

function Acts({ row, act, onSaved, onLink }: PartProps & { onLink(link: OneTimeLink): void }) {
  const { administer: words } = pageTexts.value;
  const path = pathOf(row.name);
  const name = outsideText(row.name, 64);
  const post = (what: string) => act.run(() => call<void>('POST', `${path}/${what}`).then(onSaved));
  const link = async () => onLink(await call<OneTimeLink>('POST', `${path}/link`));
  const isSelf = row.name === who.value?.name;
  return (
    <div class="acts">
      <button
        type="button"
        data-action="new-link"
        disabled={act.isBusy}
        onClick={() => void act.run(link)}
      >
        {words.newLink}
      </button>
      <button
        type="button"
        data-action="sign-out-everywhere"
        disabled={act.isBusy || row.sessions === 0}
        onClick={() => void post('sign-out')}
      >
        {words.signOut}
      </button>
      {(row.hasTotp || row.passkeys > 0) && (
        <SureButton
          label={words.removeFactors}
          name="remove-factors"
          consequence={words.removeFactorsSure(name)}
          isBusy={act.isBusy}
          onSure={() => void post('remove-second-factor')}
        />
      )}
      <SureButton
        label={words.remove}
        name="remove"
        consequence={isSelf ? words.removeSelf : words.removeSure(name)}
        isBusy={act.isBusy}
        onSure={() => void act.run(() => call<void>('DELETE', path).then(onSaved))}
      />
    </div>
  );
}

/** One account: its rights, and what an administrator does to it. */
export function EditAccount({ row, onClose, reload }: EditAccountProps) {
  const { administer: words } = pageTexts.value;
  const [link, setLink] = useState<OneTimeLink>();
  const act = useAct();
  const onSaved = async (): Promise<void> => {
    onClose();
    if (row.name === who.peek()?.name) await askSession();
    await reload();
  };
  const title = words.editAccount(outsideText(row.name, 64));
  return (
    <Modal title={title} name="edit-account" onClose={onClose}>
      {link === undefined ? (
        <>
          <Rights row={row} act={act} onSaved={onSaved} />
          <Acts row={row} act={act} onSaved={onSaved} onLink={setLink} />
          <Fault error={act.error} />
        </>
      ) : (
        <OneTimeLinkShown name={row.name} link={link} />
      )}
      <button type="button" class="quiet" data-action="close" onClick={onClose}>
        {words.close}
      </button>
    </Modal>
  );
}

interface EditAccountProps {
  row: AccountRow;
  onClose(): void;
  reload(): Promise<void>;
}
