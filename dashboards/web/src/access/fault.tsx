import { errorText } from './error-text.ts';

/** What went wrong, told at once to a screen reader; its place is kept, so that nothing jumps. */
export function Fault({ error, text, instead }: FaultProps) {
  const said = text ?? (error === undefined ? '' : errorText(error, instead));
  return (
    <p class="fault" role="alert" data-fault={said === '' ? undefined : ''}>
      {said}
    </p>
  );
}

interface FaultProps {
  error?: unknown;
  text?: string | undefined;
  instead?: Readonly<Record<string, string>>;
}
