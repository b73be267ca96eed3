import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '../../../src/contract/access.ts';
import type { Readiness } from '../../../src/contract/readiness.ts';
import { createTestServer } from '../../support/http-server.ts';
import { signedInAs } from '../../support/signed-in.ts';

const DEPENDENCIES: Record<string, Readiness> = {
  store: { isReady: false, state: 'unreachable', detail: 'http://influxdb.inside:8086' },
};
const { server, access } = createTestServer({ queries: { readiness: () => DEPENDENCIES } });

beforeAll(() => server.ready());
afterAll(() => server.close());

async function ask() {
  const answer = await server.inject('/readyz');
  return { status: answer.statusCode, body: answer.json() as unknown };
}

const TOLD = { status: 503, body: { isReady: false, dependencies: DEPENDENCIES } };
const STATES = {
  status: 503,
  body: { isReady: false, dependencies: { store: { isReady: false, state: 'unreachable' } } },
};

test('whoever is at the machine is told all of it while there are no accounts', async () => {
  access.signedIn = undefined;
  expect(await ask()).toEqual(TOLD);
});

test.each<[Role, object]>([
  ['administrator', TOLD],
  ['supervisor', STATES],
  ['technician', STATES],
  ['viewer', STATES],
  ['auditor', STATES],
])('%s is told what belongs to that role', async (role, told) => {
  access.signedIn = signedInAs(role);
  expect(await ask()).toEqual(told);
});

test('a token that scrapes is told all of it', async () => {
  access.signedIn = signedInAs('viewer', { kind: 'token', permissions: new Set(['scrape']) });
  expect(await ask()).toEqual(TOLD);
});

test('a stranger is told the states alone', async () => {
  access.signedIn = undefined;
  access.access.mode = () => 'accounts';
  access.access.principal = () => undefined;
  expect(await ask()).toEqual(STATES);
});
