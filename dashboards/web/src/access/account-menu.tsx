import { useEffect, useRef, useState } from 'preact/hooks';
import type { Who } from '../../../../src/contract/access.ts';
import { texts } from '../language.ts';
import { Icon } from '../part/icon.tsx';
import { viewHref } from '../route.ts';
import { outsideText } from '../view/outside-text.ts';
import { scopeText } from './scope-text.ts';
import { may, sessionState, signOut, who } from './session.ts';

function Items({ close }: { close(): void }) {
  const { access } = texts.value;
  return (
    <div class="account-menu" id="account-menu">
      {who.value?.kind === 'user' && sessionState.value !== 'read_only' && (
        <a href={viewHref('account')} onClick={close}>
          {access.account}
        </a>
      )}
      {may('administer') && (
        <a href={viewHref('accounts')} onClick={close}>
          {access.administer}
        </a>
      )}
      <button type="button" data-action="sign-out" onClick={() => void signOut().catch(() => {})}>
        {access.signOut}
      </button>
    </div>
  );
}

/** Who is signed in, as what and for where; with the ways to the account and out. */
export function AccountMenu({ who: shown }: { who: Who }) {
  const { access, role } = texts.value;
  const [isOpen, setOpen] = useState(false);
  const holder = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    const closeOutside = ({ target }: Event) => {
      if (!(target instanceof Node) || holder.current?.contains(target) !== true) setOpen(false);
    };
    const closeByKey = ({ key }: KeyboardEvent) => {
      if (key !== 'Escape') return;
      setOpen(false);
      button.current?.focus();
    };
    addEventListener('keydown', closeByKey);
    addEventListener('pointerdown', closeOutside);
    addEventListener('focusin', closeOutside);
    return () => {
      removeEventListener('keydown', closeByKey);
      removeEventListener('pointerdown', closeOutside);
      removeEventListener('focusin', closeOutside);
    };
  }, [isOpen]);
  const name = outsideText(shown.name, 40);
  return (
    <div ref={holder} class="account">
      <button
        ref={button}
        type="button"
        class="quiet shift"
        data-action="open-account-menu"
        aria-label={access.menu(`${name}, ${role[shown.role]}, ${scopeText(shown.scope)}`)}
        aria-expanded={isOpen}
        aria-controls="account-menu"
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="person" />
        <span class="who">
          <bdi class="who-name">{name}</bdi>
          <span class="who-role">
            {role[shown.role]} · {scopeText(shown.scope)}
          </span>
        </span>
      </button>
      {isOpen && <Items close={() => setOpen(false)} />}
    </div>
  );
}
