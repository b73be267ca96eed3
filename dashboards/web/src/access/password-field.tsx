import type { Ref } from 'preact';
import { useId, useState } from 'preact/hooks';
import { pageTexts } from './page-texts.ts';

/** A password that may be looked at, pasted, and filled in by a password store. */
export function PasswordField({ label, value, onInput, autocomplete, name, field, hint }: Props) {
  const { signIn } = pageTexts.value;
  const [isShown, setShown] = useState(false);
  const id = useId();
  const common = {
    id,
    name,
    'data-field': name,
    autocomplete,
    autocapitalize: 'none',
    spellcheck: false,
    required: true,
    maxLength: 1000,
    value,
    'aria-describedby': hint === undefined ? undefined : `${id}-hint`,
    onInput: (event: { currentTarget: HTMLInputElement }) => onInput(event.currentTarget.value),
  } as const;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="password">
        {isShown ? (
          <input {...common} type="text" ref={field ?? null} />
        ) : (
          <input {...common} type="password" ref={field ?? null} />
        )}
        <button
          type="button"
          class="quiet"
          aria-pressed={isShown}
          aria-label={isShown ? signIn.hidePassword : signIn.showPassword}
          onClick={() => setShown(!isShown)}
        >
          {isShown ? signIn.hide : signIn.show}
        </button>
      </div>
      {hint !== undefined && (
        <small id={`${id}-hint`} class="muted">
          {hint}
        </small>
      )}
    </div>
  );
}

interface Props {
  label: string;
  value: string;
  onInput(value: string): void;
  autocomplete: 'current-password' | 'new-password';
  name: string;
  field?: Ref<HTMLInputElement>;
  hint?: string;
}
