import type { Device } from '../../../../src/contract/device.ts';
import { now } from '../feed/store.ts';
import { format, texts } from '../language.ts';
import { Icon } from './icon.tsx';

/** How long until a scanner's safe shutdown must begin, ticking; nothing where it need not. */
export function ShutdownCountdown({ device }: { device: Device }) {
  const { ui } = texts.value;
  if (device.kind !== 'scanner' || device.beginShutdownBy === undefined) return null;
  const seconds = (device.beginShutdownBy - now.value) / 1000;
  return (
    <span class="stale-note shutdown" data-shutdown={seconds > 0 ? 'ahead' : 'now'}>
      <Icon name="clock" />
      {seconds > 0 ? ui.beginShutdownIn(format.value.duration(seconds)) : ui.beginShutdownNow}
    </span>
  );
}
