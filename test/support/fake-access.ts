import type { AccessDesk } from '../../src/access-port.ts';
import type { Principal } from '../../src/domain/access/principal.ts';
import { createOpenAccess } from '../../src/pipeline/access/open.ts';
import type { Commands, Queries } from '../../src/ports.ts';

export interface FakeAccess extends AccessDesk {
  /** What was asked, such as `signIn.byPassword`, and with what. */
  asked: { call: string; given: unknown[] }[];
  /**
   * What a call of this name answers, or the function that does it; without one, what it answers while
   * there are no accounts. An `Error` is thrown.
   */
  answers: Record<string, unknown>;
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
    asked: [],
    answers: {},
    signIn: scripted('signIn', open.signIn, () => fake),
    own: scripted('own', open.own, () => fake),
    administration: scripted('administration', open.administration, () => fake),
    signedIn: undefined,
    changed: () => {
      for (const listener of listeners) listener();
    },
    access: {
      ...open.access,
      mode: () => (fake.signedIn === undefined ? 'open' : 'accounts'),
      view: scripted('access', { view: open.access.view }, () => fake).view,
      principal: (credential) => fake.signedIn ?? open.access.principal(credential),
      onChange: (listener) => {
        listeners.push(listener);
      },
    },
  };
  return fake;
}

/** Writes down every call, and answers as the test says. */
function scripted<T extends object>(name: string, real: T, fake: () => FakeAccess): T {
  return new Proxy(real, {
    get: (target, member) => {
      const call = `${name}.${String(member)}`;
      return (...given: unknown[]) => {
        fake().asked.push({ call, given });
        const answer: unknown = fake().answers[call] ?? Reflect.get(target, member);
        if (answer instanceof Error) throw answer;
        return typeof answer === 'function' ? answer(...given) : answer;
      };
    },
  });
}
