import type { ComponentChildren } from 'preact';
import type { Device, PowerSource } from '../../../../src/contract/device.ts';
import { labelOf } from '../../../../src/i18n/index.ts';
import { format, texts } from '../language.ts';
import { deviceHref } from '../route.ts';
import { outsideText } from '../view/outside-text.ts';
import { flagOf, numberOf, textOf } from '../view/reading.ts';
import type { DeviceView } from '../view/site-view.ts';
import { Age } from './age.tsx';
import { ChargeBar } from './charge-bar.tsx';
import { deviceIcon, Icon, type IconName, POWER_ICON } from './icon.tsx';
import { Outside } from './outside.tsx';
import { ShutdownCountdown } from './shutdown-countdown.tsx';

function Fact({ icon, label, children }: FactProps) {
  return (
    <span class="fact" title={label}>
      <Icon name={icon} />
      <span class="sr-only">{label} </span>
      <span class="number">{children}</span>
    </span>
  );
}

interface FactProps {
  icon: IconName;
  label: string;
  children: ComponentChildren;
}

/** The source by shape and colour where there is room for no word; the word is its title. */
function PowerMark({ power }: { power: PowerSource }) {
  const word = texts.value.power[power];
  return (
    <span class={`power-mark power-${power}`} title={word}>
      <Icon name={POWER_ICON[power]} />
      <span class="sr-only">{word}</span>
    </span>
  );
}

function UpsFacts({ device }: { device: Device }) {
  const { ui } = texts.value;
  const runtime = device.forecast?.runtimeSeconds ?? numberOf(device, 'battery.runtime');
  const load = numberOf(device, 'ups.load');
  const source = device.power ?? 'unknown';
  return (
    <>
      <PowerMark power={source} />
      <ChargeBar percent={numberOf(device, 'battery.charge')} />
      <Fact icon="clock" label={ui.runtime}>
        {runtime === undefined ? '–' : format.value.brief(runtime)}
      </Fact>
      <Fact icon="gauge" label={ui.load}>
        {load === undefined ? '–' : format.value.percent(load)}
      </Fact>
    </>
  );
}

function ScannerFacts({ device }: { device: Device }) {
  const { scannerState, ui } = texts.value;
  const state = textOf(device, 'state');
  const isFedNormally = device.power === undefined || device.power === 'mains';
  return (
    <>
      <span class={`scanner-state state-${state ?? 'none'}`}>
        <span class="dot" aria-hidden="true" />
        {state === undefined ? ui.noReading : outsideText(labelOf(scannerState, state), 40)}
      </span>
      {!isFedNormally && (
        <span class="tail">
          <PowerMark power={device.power ?? 'unknown'} />
        </span>
      )}
    </>
  );
}

function SupplyFacts({ device }: { device: Device }) {
  const { ui, generatorState } = texts.value;
  const present = flagOf(device, 'mains.present');
  const generator = textOf(device, 'generator.state');
  const fuel = numberOf(device, 'generator.fuel');
  return (
    <>
      {present !== undefined && (
        <span class={`power-mark wide ${present ? 'power-mains' : 'power-off'}`}>
          <Icon name={present ? 'plug' : 'off'} />
          {present ? ui.mainsPresent : ui.mainsLost}
        </span>
      )}
      {generator !== undefined && generator !== 'off' && (
        <span class={`power-mark wide generator-${generator}`} title={ui.generator}>
          <Icon name="generator" />
          {outsideText(labelOf(generatorState, generator), 40)}
        </span>
      )}
      {fuel !== undefined && (
        <span class="tail">
          <Fact icon="fuel" label={ui.fuel}>
            {format.value.percent(fuel)}
          </Fact>
        </span>
      )}
    </>
  );
}

function Facts({ device }: { device: Device }) {
  if (device.kind === 'ups') return <UpsFacts device={device} />;
  if (device.kind === 'scanner') return <ScannerFacts device={device} />;
  return <SupplyFacts device={device} />;
}

/** Offline: nothing of the last values is shown here, only since when; the device view keeps them. */
function Offline({ device }: { device: Device }) {
  const { expectation, freshness, ui } = texts.value;
  return (
    <span class="unknown">
      <Icon name="unknown" />
      <strong>{freshness.offline}</strong>
      {device.expectation !== undefined && (
        <span class="muted">{expectation[device.expectation]}</span>
      )}
      <span class="muted tail">
        {device.lastSeen === undefined ? ui.neverSeen : <Age at={device.lastSeen} />}
      </span>
    </span>
  );
}

/** One device of a card, a link to its view. */
export function DeviceLine({ device, freshness }: DeviceView) {
  const t = texts.value;
  const kindLabel = device.isMobile === true ? t.mobileScanner : t.kind[device.kind];
  const isOffline = freshness === 'offline';
  return (
    <a
      class={`device kind-${device.kind} ${freshness}`}
      href={deviceHref(device.site, device.id)}
      data-device={`${device.site}/${device.id}`}
      data-power={isOffline ? 'unknown' : (device.power ?? 'unknown')}
      data-freshness={freshness}
    >
      <span class="device-name" title={`${kindLabel}: ${outsideText(device.name)}`}>
        <Icon name={deviceIcon(device)} />
        <span class="sr-only">{kindLabel} </span>
        <Outside text={device.name} />
      </span>
      {isOffline ? <Offline device={device} /> : <Facts device={device} />}
      {freshness === 'stale' && device.lastSeen !== undefined && (
        <span class="stale-note">
          <Icon name="clock" />
          {t.freshness.stale} · <Age at={device.lastSeen} />
        </span>
      )}
      <ShutdownCountdown device={device} />
      {!device.registered && <span class="stale-note">{t.ui.unregistered}</span>}
    </a>
  );
}
