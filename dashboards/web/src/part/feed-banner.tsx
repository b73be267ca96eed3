import { hasSnapshot, isSilent, link, silentSeconds } from '../feed/store.ts';
import { format, texts } from '../language.ts';
import { Icon } from './icon.tsx';

/** Says that what is shown is not the present: the server has been silent, or refuses the feed. */
export function FeedBanner() {
  const { ui } = texts.value;
  if (link.value === 'refused') {
    return (
      <p class="banner" role="alert">
        <Icon name="noLink" /> {ui.feedRefused}
      </p>
    );
  }
  if (!isSilent.value) return null;
  return (
    <p class="banner" role="alert" data-banner="silent">
      <Icon name="noLink" />
      <span>
        {hasSnapshot.value
          ? ui.feedLost(format.value.duration(silentSeconds.value))
          : ui.neverConnected}
      </span>
    </p>
  );
}
