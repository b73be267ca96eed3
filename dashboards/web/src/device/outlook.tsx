import type { ComponentChildren } from 'preact';
import type { Device } from '../../../../src/contract/device.ts';
import { format, texts } from '../language.ts';
import { ShutdownCountdown } from '../part/shutdown-countdown.tsx';

function Entry({ name, value, children }: EntryProps) {
  return (
    <div data-outlook={name}>
      <dt>{children}</dt>
      <dd>{value}</dd>
    </div>
  );
}

interface EntryProps {
  name: string;
  value: string;
  /** What it is, and how it is known. */
  children: ComponentChildren;
}

/** What is worked out of a device: forecast with its band and method, margin, battery health. */
export function Outlook({ device }: { device: Device }) {
  const { forecastMethod, ui } = texts.value;
  const { duration, date, percent } = format.value;
  const { forecast, marginSeconds, stopScanningGainSeconds: gain, batteryHealth } = device;
  return (
    <>
      <ShutdownCountdown device={device} />
      <dl class="headlines">
        {forecast !== undefined && (
          <Entry name="forecast" value={duration(forecast.runtimeSeconds)}>
            {ui.forecast(duration(forecast.low), duration(forecast.high))},{' '}
            {forecastMethod[forecast.method]}
          </Entry>
        )}
        {marginSeconds !== undefined && (
          <Entry name="margin" value={marginSeconds > 0 ? duration(marginSeconds) : ui.marginGone}>
            {ui.margin}
          </Entry>
        )}
        {gain !== undefined && gain > 0 && (
          <Entry name="gain" value={`+${duration(gain)}`}>
            {ui.stopScanning}
          </Entry>
        )}
        {batteryHealth !== undefined && (
          <Entry name="health" value={percent(batteryHealth.percent)}>
            {ui.batteryHealth}
            {batteryHealth.replaceAt !== undefined &&
              `, ${ui.replaceAt(date(batteryHealth.replaceAt))}`}
          </Entry>
        )}
      </dl>
    </>
  );
}
