import { NOBODY, type Principal } from '../../../domain/access/principal.ts';

/** Who the audit names: a token's name has a space in front, as no account's has. */
export function administratorOf(principal: Principal | undefined): string {
  const { kind, name } = principal ?? NOBODY;
  return kind === 'token' ? `token ${name}` : name;
}
