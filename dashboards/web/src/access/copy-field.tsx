import { useRef, useState } from 'preact/hooks';
import { pageTexts } from './page-texts.ts';

/** A secret or link to be taken elsewhere; without the clipboard (no TLS) it is marked for Ctrl+C. */
export function CopyField({ label, text, name }: { label: string; text: string; name: string }) {
  const { account } = pageTexts.value;
  const [isCopied, setCopied] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const copy = async (): Promise<void> => {
    input.current?.select();
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      setCopied(false);
    }
  };
  return (
    <div class="copy-field">
      <label>
        <span>{label}</span>
        <input
          ref={input}
          class="code"
          readOnly
          value={text}
          data-field={name}
          onFocus={(event) => event.currentTarget.select()}
        />
      </label>
      <button type="button" data-action={`copy-${name}`} onClick={() => void copy()}>
        {isCopied ? account.copied : account.copy}
      </button>
    </div>
  );
}
