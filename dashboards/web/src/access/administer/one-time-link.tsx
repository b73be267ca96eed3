import { format } from '../../language.ts';
import { outsideText } from '../../view/outside-text.ts';
import { CopyField } from '../copy-field.tsx';
import { pageTexts } from '../page-texts.ts';

export interface OneTimeLink {
  url: string;
  expiresAt: number;
}

/** A link that opens an account once; the page forgets it when it is closed. */
export function OneTimeLinkShown({ name, link }: { name: string; link: OneTimeLink }) {
  const { administer: words } = pageTexts.value;
  return (
    <div class="note" role="status" data-part="one-time-link">
      <p>{words.linkHint(outsideText(name, 64), format.value.dateTime(link.expiresAt))}</p>
      <CopyField label={words.linkTitle} text={link.url} name="link" />
    </div>
  );
}
