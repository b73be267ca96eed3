import type { Alarm } from '../../../../src/contract/alarm.ts';
import { labelOf } from '../../../../src/i18n/index.ts';
import { may, session } from '../access/session.ts';
import { type Attempt, acknowledge, attemptKey, attempts, isPending } from '../acknowledge.ts';
import { deviceKey, type FeedState } from '../feed/apply.ts';
import { feed } from '../feed/store.ts';
import { format, language, texts } from '../language.ts';
import { deviceHref } from '../route.ts';
import { needsAcknowledge } from '../view/alarm-list.ts';
import { alarmTextOf } from '../view/alarm-text.ts';
import { outsideText } from '../view/outside-text.ts';
import { numberOf } from '../view/reading.ts';
import { Elapsed } from './age.tsx';
import { ChargeBar } from './charge-bar.tsx';
import { Icon } from './icon.tsx';
import { Outside } from './outside.tsx';

function alarmText(code: Alarm['code']) {
  return alarmTextOf(texts.value, code);
}

function siteName(state: FeedState, id: string): string {
  return outsideText(state.sites.get(id)?.name[language.value] ?? id);
}

/** Where the alarm comes from: a device, a site, or what is above sites. */
function Source({ alarm: { site, device, region } }: { alarm: Alarm }) {
  const { ui } = texts.value;
  if (site === '*') return <bdi>{region === undefined ? ui.everywhere : outsideText(region)}</bdi>;
  const name = siteName(feed.value, site);
  if (device === undefined) return <bdi>{name}</bdi>;
  return (
    <a href={deviceHref(site, device)}>
      <bdi>{name}</bdi>
      <small class="alarm-device">
        {' '}
        <Outside text={device} />
      </small>
    </a>
  );
}

/** Charge and runtime of the alarm's UPS, as far as they are known. */
function BatteryLeft({ alarm }: { alarm: Alarm }) {
  const { ui } = texts.value;
  const device = feed.value.devices.get(deviceKey(alarm.site, alarm.device ?? ''));
  if (device === undefined || device.kind !== 'ups') return null;
  const runtime = device.forecast?.runtimeSeconds ?? numberOf(device, 'battery.runtime');
  return (
    <span class={`battery-left ${device.freshness === 'live' ? '' : 'dimmed'}`}>
      <ChargeBar percent={numberOf(device, 'battery.charge')} />
      {runtime !== undefined && (
        <span class="runtime" title={ui.runtime}>
          <Icon name="clock" />
          <span class="sr-only">{ui.runtime} </span>
          {format.value.duration(runtime)}
        </span>
      )}
    </span>
  );
}

function Outcome({ attempt }: { attempt: Attempt | undefined }) {
  const { ui, error } = texts.value;
  if (attempt === undefined || attempt.kind === 'pending') return null;
  if (attempt.kind === 'unanswered') return <p class="outcome">{ui.notSent}</p>;
  const isLate = attempt.by !== undefined && attempt.at !== undefined;
  return (
    <p class="outcome" data-outcome={attempt.code}>
      {isLate
        ? ui.alreadyAcknowledged(
            outsideText(attempt.by ?? '', 80),
            format.value.time(attempt.at ?? 0),
          )
        : labelOf(error, attempt.code)}
    </p>
  );
}

function Response({ alarm, attempt }: { alarm: Alarm; attempt: Attempt | undefined }) {
  const { ui, alarmState } = texts.value;
  if (!needsAcknowledge(alarm)) {
    return (
      <p class="acknowledged">
        <Icon name="check" />
        <span>
          {alarm.acknowledgedBy === undefined
            ? alarmState[alarm.state]
            : ui.acknowledgedBy(outsideText(alarm.acknowledgedBy, 80))}
          {alarm.acknowledgedAt !== undefined && `, ${format.value.time(alarm.acknowledgedAt)}`}
          {alarm.acknowledgedBy !== undefined && session.value?.mode === 'open' && (
            <small>{ui.unverified}</small>
          )}
        </span>
      </p>
    );
  }
  if (!may('respond')) return <p class="muted">{texts.value.access.mayNotRespond}</p>;
  const pending = isPending(alarm, attempt);
  return (
    <button
      type="button"
      class="primary acknowledge"
      data-action="acknowledge"
      disabled={pending}
      aria-label={
        pending ? ui.pending : ui.acknowledgeOf(`${alarmText(alarm.code).label}, ${alarm.id}`)
      }
      onClick={() => acknowledge(alarm)}
    >
      {pending ? ui.pending : ui.acknowledge}
    </button>
  );
}

/** One alarm with what to do about it and its answer button. */
export function AlarmCard({ alarm }: { alarm: Alarm }) {
  const t = texts.value;
  const { label, consequence, action, response } = alarmText(alarm.code);
  const attempt = attempts.value.get(attemptKey(alarm));
  const isReturned = alarm.state === 'RTN_UNACK';
  return (
    <article
      class={`alarm severity-${alarm.severity} ${needsAcknowledge(alarm) ? 'waiting' : ''}`}
      data-alarm={alarm.id}
      data-state={alarm.state}
    >
      <div class="alarm-what">
        <span class="badge severity">
          <Icon name="alarm" />
          {t.severity[alarm.severity]}
        </span>
        <h3>
          <Source alarm={alarm} />
        </h3>
        <p class="alarm-label">{label}</p>
        {!isReturned && consequence !== '' && <p class="consequence">{consequence}</p>}
        <p class="action">
          {isReturned ? t.alarmState.RTN_UNACK : action}
          {!isReturned && response !== '' && (
            <small class="response">
              {t.ui.respond} {response}
            </small>
          )}
        </p>
      </div>
      <div class="alarm-facts">
        <span class="since">
          {t.ui.since} <time>{format.value.time(alarm.raisedAt)}</time>
          {' · '}
          {alarm.clearedAt === undefined ? (
            <Elapsed from={alarm.raisedAt} />
          ) : (
            format.value.elapsed((alarm.clearedAt - alarm.raisedAt) / 1000)
          )}
        </span>
        <BatteryLeft alarm={alarm} />
      </div>
      <div class="alarm-response">
        <Response alarm={alarm} attempt={attempt} />
      </div>
      <Outcome attempt={attempt} />
    </article>
  );
}
