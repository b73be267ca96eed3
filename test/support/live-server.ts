import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Access, Credential } from '../../src/access-port.ts';
import { createLive } from '../../src/adapters/live/server.ts';
import type { Principal } from '../../src/domain/access/principal.ts';
import { createServiceOf } from '../../src/pipeline/access/service.ts';
import type { Clock, Queries } from '../../src/ports.ts';
import { recordingLog } from './fake-ports.ts';
import { FakeCommands } from './fake-queries.ts';
import { openLive } from './live-client.ts';

export interface LiveServer extends AsyncDisposable {
  url: string;
  live: ReturnType<typeof createLive>;
  commands: FakeCommands;
  messages: string[];
  /** By the cookie that a client shows. */
  people: Map<string, Principal>;
  /** Sessions whose pages were noted as under way. */
  used: string[];
  /** Somebody's rights have changed. */
  changed(): void;
  /** Connects as one of these people. */
  connect(person: string): ReturnType<typeof openLive>;
}

/** The live feed on what the test sets, on a port of its own; people are told by their cookie. */
export async function openLiveServer(queries: Queries, clock: Clock): Promise<LiveServer> {
  const http = createServer();
  const { log, messages } = recordingLog();
  const commands = new FakeCommands();
  const people = new Map<string, Principal>();
  const used: string[] = [];
  const listeners: (() => void)[] = [];
  const access: Pick<Access, 'principal' | 'used' | 'onChange'> = {
    principal: ({ session }: Credential) => people.get(session ?? ''),
    used: (session) => used.push(session),
    onChange: (listener) => listeners.push(listener),
  };
  const live = createLive({
    http,
    queries,
    clock,
    log,
    access,
    credentialOf: ({ headers }) => ({ session: headers.cookie, isLocal: true }),
    serviceOf: createServiceOf({ queries, commands, clock }),
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return {
    url,
    live,
    commands,
    messages,
    people,
    used,
    changed: () => {
      for (const listener of listeners) listener();
    },
    connect: (person) => openLive(url, { cookie: person }),
    [Symbol.asyncDispose]: async () => {
      await live.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** Somebody with an account. */
export function person(changes: Partial<Principal>): Principal {
  return {
    kind: 'user',
    name: 'olena',
    role: 'viewer',
    permissions: new Set(['see', 'report']),
    scope: undefined,
    isReadOnly: false,
    isBreakGlass: false,
    ...changes,
  };
}
