import { feed } from '../feed/store.ts';
import { texts } from '../language.ts';
import { goesOn, troubles } from '../view/platform.ts';
import { Icon } from './icon.tsx';

/** Says which part of the monitor itself needs a person, and whether alarms go on all the same. */
export function PlatformBanner() {
  const { platform } = texts.value;
  const found = troubles(feed.value.platform);
  if (found.length === 0) return null;
  return (
    <div class="banner platform" role="status" data-banner="platform">
      <Icon name="alarm" />
      <ul>
        {found.map(({ dependency, state }) => (
          <li key={dependency} data-dependency={dependency} data-state={state}>
            {platform.dependency[dependency]}: {platform.state[state]}
          </li>
        ))}
      </ul>
      {found.every(goesOn) && <span class="muted">{platform.goesOn}</span>}
    </div>
  );
}
