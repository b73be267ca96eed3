import type { PowerSource } from '../../../../src/contract/device.ts';
import { texts } from '../language.ts';
import { Icon, POWER_ICON } from './icon.tsx';

/** A power source as icon and word; `offline` devices are given as `unknown`. */
export function PowerBadge({ power }: { power: PowerSource }) {
  return (
    <span class={`badge power-${power}`}>
      <Icon name={POWER_ICON[power]} />
      {texts.value.power[power]}
    </span>
  );
}
