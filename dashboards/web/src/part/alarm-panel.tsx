import { alarms, hasSnapshot, hidden, isSilent } from '../feed/store.ts';
import { texts } from '../language.ts';
import { needsAcknowledge } from '../view/alarm-list.ts';
import { AlarmCard } from './alarm-card.tsx';
import { Icon } from './icon.tsx';

/** Silence of the server is not calm: then nobody knows whether there are alarms. */
function Calm() {
  const { ui } = texts.value;
  if (!hasSnapshot.value || isSilent.value) {
    return (
      <p class="calm">
        <Icon name="unknown" />
        {isSilent.value ? ui.alarmsUnknown : ui.connecting}
      </p>
    );
  }
  return (
    <p class="calm certain">
      <Icon name="check" />
      <span>
        <strong>{ui.noAlarms}.</strong> {ui.noAlarmsHint}
      </span>
    </p>
  );
}

/** Active alarms on top of everything; each new one is announced to screen readers at once. */
export function AlarmPanel() {
  const { ui } = texts.value;
  const list = alarms.value;
  const waiting = list.filter(needsAcknowledge).length;
  return (
    <section class="alarms" aria-labelledby="alarms-title">
      <header class={list.length + hidden.value === 0 ? 'sr-only' : 'section-head'}>
        <h2 id="alarms-title">
          {ui.activeAlarms}
          {list.length > 0 && <span class="count">{list.length}</span>}
        </h2>
        {waiting > 0 && <span class="muted">{ui.unacknowledged(waiting)}</span>}
        {hidden.value > 0 && (
          <span class="muted" data-hidden={hidden.value} title={ui.hiddenWhy}>
            {ui.hiddenAlarms(hidden.value)}
          </span>
        )}
      </header>
      <div class="alarm-list" aria-live="assertive" aria-relevant="additions">
        {list.map((alarm) => (
          <AlarmCard key={alarm.id} alarm={alarm} />
        ))}
      </div>
      {list.length === 0 && <Calm />}
    </section>
  );
}
