import type { Service } from '../../access-port.ts';
import type { Scope } from '../../contract/access.ts';
import { AUDITOR_DELAY_MS } from '../../domain/access/permission.ts';
import { may, namedInAudit, type Principal } from '../../domain/access/principal.ts';
import { SvitloError } from '../../errors.ts';
import type { Actor, Clock, Commands, Queries } from '../../ports.ts';
import { createReadOnlyCommands, createScopedCommands } from './scoped-commands.ts';
import { createScopedQueries } from './scoped-queries.ts';

const NOTHING: Scope = { regions: [], sites: [] };

interface ServiceOptions {
  queries: Queries;
  commands: Commands;
  clock: Pick<Clock, 'now'>;
}

/**
 * What each principal may ask and do, whatever it names. What is answered for somebody with limits
 * holds until the topology changes: ask anew for each call.
 */
export function createServiceOf(options: ServiceOptions): (principal: Principal) => Service {
  const readOnly = createReadOnlyCommands();
  return (principal) => ({
    queries: queriesOf(principal, options),
    commands: principal.isReadOnly ? readOnly : commandsOf(principal, options),
    actor: (given) => actorOf(principal, given),
  });
}

function queriesOf(principal: Principal, { queries, clock }: ServiceOptions): Queries {
  const { scope } = principal;
  const own = scope === undefined ? queries : createScopedQueries(queries, scope);
  if (may(principal, 'see')) return own;
  const nothing = createScopedQueries(queries, NOTHING);
  return may(principal, 'report') ? { ...nothing, ...delayedSums(own, clock) } : nothing;
}

function commandsOf({ scope }: Principal, { commands, queries }: ServiceOptions): Commands {
  return scope === undefined ? commands : createScopedCommands(commands, queries, scope);
}

/** Sums of what was over a day ago, by a clock that is as late. */
function delayedSums(
  queries: Queries,
  clock: Pick<Clock, 'now'>,
): Pick<Queries, 'now' | 'outageSummary'> {
  const now = () => clock.now() - AUDITOR_DELAY_MS;
  return {
    now,
    outageSummary: async ({ fromMs, toMs }) => {
      const latest = now();
      if (fromMs >= latest) {
        throw new SvitloError('SVT_BAD_REQUEST', 'expected a span that began over 24 h ago');
      }
      return queries.outageSummary({ fromMs, toMs: Math.min(toMs, latest) }, { endedBy: latest });
    },
  };
}

/** Who the journal names; a name that is given counts only while there are no accounts. */
function actorOf(principal: Principal, given: string | undefined): Actor {
  if (principal.kind === 'open') return { name: given ?? 'unknown', isVerified: false };
  return { name: namedInAudit(principal), isVerified: true };
}
