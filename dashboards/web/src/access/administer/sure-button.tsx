import { useState } from 'preact/hooks';
import { pageTexts } from '../page-texts.ts';

/** What cannot be taken back is done at the second word, after its consequence has been read. */
export function SureButton({ label, consequence, name, isBusy, onSure }: SureButtonProps) {
  const { administer: words, account } = pageTexts.value;
  const [isAsking, setAsking] = useState(false);
  if (!isAsking) {
    return (
      <button type="button" data-action={name} disabled={isBusy} onClick={() => setAsking(true)}>
        {label}
      </button>
    );
  }
  return (
    <div class="sure" role="alertdialog" aria-label={label}>
      <p>{consequence}</p>
      <div class="buttons">
        <button type="button" class="quiet" onClick={() => setAsking(false)}>
          {account.cancel}
        </button>
        <button
          type="button"
          class="danger"
          data-action={`${name}-sure`}
          disabled={isBusy}
          onClick={() => {
            setAsking(false);
            onSure();
          }}
        >
          {words.yes}
        </button>
      </div>
    </div>
  );
}

interface SureButtonProps {
  label: string;
  consequence: string;
  name: string;
  isBusy: boolean;
  onSure(): void;
}
