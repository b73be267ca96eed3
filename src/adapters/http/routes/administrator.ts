import { NOBODY, type Principal } from '../../../domain/access/principal.ts';
import { SvitloError } from '../../../errors.ts';

/** Who the audit names. A token administers nothing: it could make itself another that may more. */
export function administratorOf(principal: Principal | undefined): string {
  const { kind, name } = principal ?? NOBODY;
  if (kind !== 'token') return name;
  throw new SvitloError('SVT_FORBIDDEN', 'expected a person: a token only lists', {
    params: { reason: 'no_account' },
  });
}
