import { useState } from 'preact/hooks';
import { pageTexts } from '../page-texts.ts';

/** Shown once; the person says when they are kept. */
export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone(): void }) {
  const { account: words } = pageTexts.value;
  const [isCopied, setCopied] = useState(false);
  const text = codes.join('\n');
  const download = () => {
    const url = URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = words.recoveryFile;
    link.click();
    URL.revokeObjectURL(url);
  };
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // Without TLS there is no clipboard: the codes can be marked, and downloaded.
      setCopied(false);
    }
  };
  return (
    <div class="recovery" data-part="recovery-codes">
      <h3>{words.recoveryTitle}</h3>
      <p>{words.recoveryHint}</p>
      <ol class="code">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div class="buttons">
        <button type="button" onClick={() => void copy()}>
          {isCopied ? words.copied : words.copy}
        </button>
        <button type="button" data-action="download-codes" onClick={download}>
          {words.download}
        </button>
        <button type="button" class="primary" data-action="codes-kept" onClick={onDone}>
          {words.done}
        </button>
      </div>
    </div>
  );
}
