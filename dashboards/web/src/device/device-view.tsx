import { signal } from '@preact/signals';
import type { Device } from '../../../../src/contract/device.ts';
import { alarms, feed, now } from '../feed/store.ts';
import { language, texts } from '../language.ts';
import { Age } from '../part/age.tsx';
import { AlarmCard } from '../part/alarm-card.tsx';
import { deviceIcon, Icon } from '../part/icon.tsx';
import { Outside } from '../part/outside.tsx';
import { PowerBadge } from '../part/power-badge.tsx';
import { deviceHref } from '../route.ts';
import { agedFreshness } from '../view/freshness.ts';
import { MetricTable } from './metric-table.tsx';
import { TRENDS, valueText } from './metric-value.ts';
import { Outlook } from './outlook.tsx';
import { TrendChart } from './trend-chart.tsx';
import { type OpenDevice, useDevice } from './use-device.ts';

const RANGES = [
  { key: '15m', seconds: 900 },
  { key: '1h', seconds: 3600 },
  { key: '6h', seconds: 21_600 },
  { key: '24h', seconds: 86_400 },
] as const;
const range = signal<(typeof RANGES)[number]>(RANGES[0]);

/** The few values that answer "how is it" before any chart. */
const HEADLINES: Record<Device['kind'], readonly string[]> = {
  ups: ['battery.charge', 'battery.runtime', 'ups.load', 'input.voltage'],
  scanner: ['state', 'beam.on', 'power.active', 'scan.count'],
  power: ['mains.present', 'mains.voltage', 'ats.position', 'generator.fuel'],
};

function Headlines({ device, catalogue }: { device: Device } & Pick<OpenDevice, 'catalogue'>) {
  return (
    <dl class="headlines">
      {HEADLINES[device.kind].map((key) => {
        const reading = device.metrics[key];
        const metric = catalogue.get(key);
        return (
          <div key={key}>
            <dt>{metric?.label[language.value] ?? key}</dt>
            <dd>{reading === undefined ? '–' : valueText(key, reading.value, metric)}</dd>
          </div>
        );
      })}
    </dl>
  );
}

function Title({ device }: { device: Device }) {
  const t = texts.value;
  const freshness = agedFreshness(device, now.value);
  const siteName = feed.value.sites.get(device.site)?.name[language.value] ?? device.site;
  const isOffline = freshness === 'offline';
  return (
    <header
      class="device-head"
      data-device={`${device.site}/${device.id}`}
      data-power={isOffline ? 'unknown' : (device.power ?? 'unknown')}
      data-freshness={freshness}
    >
      <h1>
        <Icon name={deviceIcon(device)} />
        <span>
          <Outside text={siteName} />{' '}
          <small>
            <Outside text={device.name} />
          </small>
        </span>
      </h1>
      <span class="muted">{device.isMobile === true ? t.mobileScanner : t.kind[device.kind]}</span>
      {device.power !== undefined && <PowerBadge power={isOffline ? 'unknown' : device.power} />}
      <span class={`badge freshness ${freshness}`}>
        <Icon name={freshness === 'live' ? 'link' : isOffline ? 'unknown' : 'clock'} />
        {t.freshness[freshness]}
      </span>
      <span class="muted">
        {device.lastSeen === undefined ? (
          t.ui.neverSeen
        ) : (
          <>
            {t.ui.lastSeen} <Age at={device.lastSeen} />
          </>
        )}
      </span>
      {(device.feeds ?? []).length > 0 && (
        <span class="muted">
          {t.ui.fedBy}{' '}
          {(device.feeds ?? []).map((id) => (
            <a key={id} href={deviceHref(device.site, id)}>
              <Outside text={id} />
            </a>
          ))}
        </span>
      )}
    </header>
  );
}

function RangeButtons() {
  const { ui, ranges } = texts.value;
  return (
    <fieldset class="ranges">
      <legend class="sr-only">{ui.range}</legend>
      {RANGES.map((known) => (
        <button
          key={known.key}
          type="button"
          data-range={known.key}
          aria-pressed={range.value.key === known.key}
          onClick={() => {
            range.value = known;
          }}
        >
          {ranges[known.key]}
        </button>
      ))}
    </fieldset>
  );
}

function Alarms({ device }: { device: Device }) {
  const { ui } = texts.value;
  const own = alarms.value.filter(
    (alarm) => alarm.site === device.site && alarm.device === device.id,
  );
  return (
    <section class="alarms" aria-label={ui.deviceAlarms}>
      <div class="alarm-list" aria-live="assertive" aria-relevant="additions">
        {own.map((alarm) => (
          <AlarmCard key={alarm.id} alarm={alarm} />
        ))}
      </div>
    </section>
  );
}

function Missing() {
  const { ui } = texts.value;
  return (
    <div class="empty">
      <strong>{ui.deviceMissing}</strong>
      <p>{ui.deviceMissingHint}</p>
    </div>
  );
}

function Opened({ device, catalogue }: { device: Device } & Pick<OpenDevice, 'catalogue'>) {
  const { ui } = texts.value;
  const freshness = agedFreshness(device, now.value);
  return (
    <>
      <Title device={device} />
      <Alarms device={device} />
      <div class={freshness === 'live' ? '' : 'dimmed'}>
        <Headlines device={device} catalogue={catalogue} />
        <Outlook device={device} />
      </div>
      <section aria-labelledby="trends-title">
        <header class="section-head">
          <h2 id="trends-title">{ui.trends}</h2>
          <RangeButtons />
          <span class="legend muted">
            <span class="band-sample" aria-hidden="true" /> {ui.rangeBand}
          </span>
        </header>
        <div class="trends">
          {TRENDS[device.kind].map((key) => (
            <TrendChart
              key={key}
              site={device.site}
              device={device.id}
              metricKey={key}
              metric={catalogue.get(key)}
              rangeSeconds={range.value.seconds}
            />
          ))}
        </div>
      </section>
      <section aria-labelledby="metrics-title">
        <header class="section-head">
          <h2 id="metrics-title">{ui.allMetrics}</h2>
        </header>
        <MetricTable device={device} catalogue={catalogue} />
      </section>
    </>
  );
}

/** One device: how it is, its alarms, trends and every metric. */
export function DeviceView({ site, device: id }: { site: string; device: string }) {
  const { ui } = texts.value;
  const { device, isMissing, catalogue } = useDevice(site, id);
  return (
    <div class="device-view">
      <a class="back" href="#/">
        <Icon name="arrowLeft" />
        {ui.back}
      </a>
      {device !== undefined && <Opened device={device} catalogue={catalogue} />}
      {device === undefined && isMissing && <Missing />}
      {device === undefined && !isMissing && <p class="empty">{ui.loading}</p>}
    </div>
  );
}
