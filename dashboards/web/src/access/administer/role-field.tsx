import type { Role } from '../../../../../src/contract/access.ts';
import { texts } from '../../language.ts';
import { pageTexts } from '../page-texts.ts';

const ROLES: readonly Role[] = ['viewer', 'technician', 'supervisor', 'auditor', 'administrator'];

export function RoleField({ value, onChange }: { value: Role; onChange(role: Role): void }) {
  return (
    <label class="field">
      <span>{pageTexts.value.administer.role}</span>
      <select
        data-field="role"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value as Role)}
      >
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {texts.value.role[role]}
          </option>
        ))}
      </select>
    </label>
  );
}
