import { pageTexts } from './page-texts.ts';
import { PASSWORD_LEAST, PASSWORD_MOST, type PasswordFault } from './password-check.ts';
import { PasswordField } from './password-field.tsx';

export interface NewPassword {
  password: string;
  again: string;
}

export function passwordFaultText(fault: PasswordFault): string {
  const words = pageTexts.value.fault;
  if (fault === 'short') return words.short(PASSWORD_LEAST);
  return fault === 'long' ? words.long(PASSWORD_MOST) : words.different;
}

/** A new password, given twice, with the rule that it must fulfil. */
export function NewPasswordFields({ given, onChange }: Props) {
  const { setup } = pageTexts.value;
  return (
    <>
      <PasswordField
        label={setup.password}
        name="new-password"
        autocomplete="new-password"
        hint={setup.rule(PASSWORD_LEAST)}
        value={given.password}
        onInput={(password) => onChange({ ...given, password })}
      />
      <PasswordField
        label={setup.confirm}
        name="confirm-password"
        autocomplete="new-password"
        value={given.again}
        onInput={(again) => onChange({ ...given, again })}
      />
    </>
  );
}

interface Props {
  given: NewPassword;
  onChange(given: NewPassword): void;
}
