import { LANGUAGES } from '../../../../src/i18n/index.ts';
import { AccountMenu } from '../access/account-menu.tsx';
import { may, session, who } from '../access/session.ts';
import { alarms, hasSnapshot, isSilent, link, now } from '../feed/store.ts';
import { chooseLanguage, format, language, texts } from '../language.ts';
import { isByLink } from '../route.ts';
import { shiftDialog, shiftName } from '../shift.ts';
import { needsAcknowledge } from '../view/alarm-list.ts';
import { Icon } from './icon.tsx';

function LinkState() {
  const { ui } = texts.value;
  const isLive = link.value === 'connected' && hasSnapshot.value && !isSilent.value;
  const isTrying = link.value === 'connecting';
  const word = isLive ? ui.connected : isTrying ? ui.connecting : ui.disconnected;
  const state = isLive ? 'live' : isTrying ? 'connecting' : 'lost';
  return (
    <span class={`link-state ${state}`} role="status" data-link={state}>
      <Icon name={state === 'lost' ? 'noLink' : 'link'} />
      <span>{isLive || isTrying || link.value !== 'connected' ? word : ui.notMoving}</span>
    </span>
  );
}

function Clock() {
  const { ui } = texts.value;
  return (
    <span class="clock" title={ui.kyivTime}>
      <span class="sr-only">{ui.kyivTime} </span>
      <span class="clock-date">{format.value.date(now.value)}</span>
      <span class="clock-time">{format.value.time(now.value)}</span>
    </span>
  );
}

function AlarmCount() {
  const waiting = alarms.value.filter(needsAcknowledge).length;
  if (alarms.value.length === 0) return null;
  return (
    <a class={`alarm-count ${waiting > 0 ? 'waiting' : ''}`} href="#/">
      <Icon name="alarm" />
      <span class="number">{alarms.value.length}</span>
      <span class="sr-only">{texts.value.count.alarms(alarms.value.length)}</span>
    </a>
  );
}

function Shift() {
  const { ui } = texts.value;
  const name = shiftName.value;
  return (
    <button
      type="button"
      class={name === '' ? 'primary shift' : 'quiet shift'}
      data-action="open-shift"
      title={name === '' ? ui.shiftWhy : `${ui.changeName} (${ui.unverified})`}
      onClick={() => {
        shiftDialog.value = {};
      }}
    >
      <Icon name="person" />
      <span class="shift-label">{name === '' ? ui.startShift : name}</span>
    </button>
  );
}

function LanguageSwitch() {
  return (
    <fieldset class="languages">
      <legend class="sr-only">{texts.value.ui.language}</legend>
      {LANGUAGES.map((known) => (
        <button
          key={known}
          type="button"
          data-lang={known}
          lang={known}
          aria-pressed={language.value === known}
          onClick={() => chooseLanguage(known)}
        >
          {known === 'uk' ? 'УКР' : 'ENG'}
        </button>
      ))}
    </fieldset>
  );
}

/** What concerns the state of the crossings, for those who may see it. */
function State() {
  return (
    <>
      <LinkState />
      <AlarmCount />
    </>
  );
}

export function TopBar() {
  const isShown = !isByLink.value;
  return (
    <header class="top-bar">
      <a class="brand" href="#/">
        <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
          <path d="M18 4 8 18h6l-2 10 12-15h-7z" />
        </svg>
        Svitlo
      </a>
      {isShown && may('see') && <State />}
      <span class="spacer" />
      {session.value !== undefined && <Clock />}
      {isShown && session.value?.mode === 'open' && <Shift />}
      {isShown && who.value !== undefined && <AccountMenu who={who.value} />}
      <LanguageSwitch />
    </header>
  );
}
