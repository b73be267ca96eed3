import type { AccessDesk } from '../../src/access-port.ts';
import type { Principal } from '../../src/domain/access/principal.ts';
import { createOpenAccess } from '../../src/pipeline/access/open.ts';
import type { Commands, Queries } from '../../src/ports.ts';

export interface FakeAccess extends AccessDesk {
  /** Who every request is from now on; undefined: as while there are no accounts. */
  signedIn: Principal | undefined;
  /** Somebody's rights have changed. */
  changed(): void;
}

/** Access as the test sets it: open, or with everybody the same principal. */
export function fakeAccess(queries: Queries, commands: Commands): FakeAccess {
  const open = createOpenAccess({ queries, commands, isDemo: false });
  const listeners: (() => void)[] = [];
  const fake: FakeAccess = {
    ...open,
    signedIn: undefined,
    changed: () => {
      for (const listener of listeners) listener();
    },
    access: {
      ...open.access,
      mode: () => (fake.signedIn === undefined ? 'open' : 'accounts'),
      principal: (credential) => fake.signedIn ?? open.access.principal(credential),
      onChange: (listener) => {
        listeners.push(listener);
      },
    },
  };
  return fake;
}
