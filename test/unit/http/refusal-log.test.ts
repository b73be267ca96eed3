import { afterAll, describe, expect, test } from 'vitest';
import { createRefusalLog } from '../../../src/adapters/http/refusal-log.ts';
import { recordedLog } from '../../support/fake-ports.ts';
import { createTestServer } from '../../support/http-server.ts';
import { signedInAs } from '../../support/signed-in.ts';

const TOLD = 'http: a request was refused';

describe('what is refused stands in the log', () => {
  const { server, access, messages } = createTestServer();
  const headers = { host: 'localhost' };
  afterAll(() => server.close());

  async function toldBy(method: 'GET' | 'POST', url: string): Promise<number> {
    messages.length = 0;
    await server.inject({ method, url, headers });
    return messages.filter((message) => message === TOLD).length;
  }

  test('a permission that is missing, and somebody whom nobody knows', async () => {
    access.signedIn = signedInAs('viewer');
    expect(await toldBy('GET', '/api/v1/accounts')).toBe(1);
    access.access.mode = () => 'accounts';
    access.access.principal = () => undefined;
    expect(await toldBy('GET', '/api/v1/sites')).toBe(1);
  });

  test('not what is answered, nor a sign-in, which the audit counts', async () => {
    access.answers['signIn.byPassword'] = { ok: false, code: 'SVT_SIGN_IN_REFUSED' };
    expect(await toldBy('GET', '/healthz')).toBe(0);
    expect(await toldBy('POST', '/api/v1/session')).toBe(0);
  });
});

describe('whoever is refused without end', () => {
  const refused = {
    status: 403,
    name: 'taras',
    address: '192.0.2.1',
    method: 'GET',
    route: '/api/v1/accounts',
  };

  function tellAll(addresses: number, times: number) {
    const { log, lines } = recordedLog();
    let now = 0;
    const tell = createRefusalLog(log, () => now);
    for (let time = 0; time < times; time++) {
      for (let at = 0; at < addresses; at++) tell({ ...refused, address: `192.0.2.${at}` });
    }
    now += 60_000;
    tell(refused);
    return lines.map((line) => JSON.stringify(line));
  }

  test('is told once a minute, with how many more there were', () => {
    const lines = tellAll(1, 1000);
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain('999');
  });

  test('fills no disk from however many addresses', () => {
    expect(tellAll(250, 4)).toHaveLength(52);
  });
});
