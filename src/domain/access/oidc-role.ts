import type { Role, Scope } from '../../contract/access.ts';
import type { AccessPolicy } from '../../contract/config.ts';

/**
 * What the identity provider's claims make of somebody: the first rule that fits. A claim is a string or
 * an array of them; undefined: nothing fits, so nobody is let in.
 */
export function roleOfClaims(
  claims: Readonly<Record<string, unknown>>,
  rules: AccessPolicy['oidcRoles'],
): { role: Role; scope: Scope | undefined } | undefined {
  const fitting = rules.find(({ claim, value }) => {
    const said = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
    return Array.isArray(said) ? said.includes(value) : said === value;
  });
  return fitting && { role: fitting.role, scope: fitting.scope };
}

/** A name as accounts have it, from what a provider calls somebody; undefined where nothing is left. */
export function accountNameOf(told: string): string | undefined {
  const name = told
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9._@-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64)
    .replace(/-+$/, '');
  return name === '' ? undefined : name;
}
