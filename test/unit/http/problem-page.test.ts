import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { languageOf } from '../../../src/adapters/http/problem-page.ts';
import { LANGUAGES } from '../../../src/i18n/index.ts';
import { PROBLEM_TEXTS } from '../../../src/i18n/problem-page.ts';
import { recordedLog } from '../../support/fake-ports.ts';
import { createTestServer } from '../../support/http-server.ts';

const opened: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const SERIES = '/api/v1/devices/krakivets/ups-1/series?metric=battery.charge';

function open() {
  const { log, lines } = recordedLog();
  const trends = {
    trend: async () => {
      throw new Error('secret at /etc/x of 10.0.0.7');
    },
  };
  const made = createTestServer({ log, trends });
  opened.push(made.server);
  const visit = (url: string, headers: Record<string, string> = {}) =>
    made.server.inject({ url, headers: { host: 'localhost', accept: BROWSER, ...headers } });
  return { ...made, lines, visit };
}

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

describe('a person who opens what cannot be shown', () => {
  test('is told so in a page of one’s own language, with a number that is in the log', async () => {
    const { visit, lines } = open();
    for (const [language, title] of [
      ['uk-UA,uk;q=0.9,en;q=0.5', 'Тут нічого немає'],
      ['en-GB', 'There is nothing here'],
      ['de', 'Тут нічого немає'],
    ] as const) {
      const answer = await visit('/nowhere?token=abc', { 'accept-language': language });
      expect(answer.statusCode).toBe(404);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.body).toContain(title);
      const incident = /<code>404-([0-9a-f]{10})<\/code>/.exec(answer.body)?.[1];
      expect(lines).toContainEqual(
        expect.objectContaining({
          reqId: incident,
          code: 'SVT_NOT_FOUND',
          path: '/nowhere',
          msg: 'http: a page was refused',
        }),
      );
    }
    expect(JSON.stringify(lines)).not.toContain('abc');
  });

  test('learns nothing of the inside from our own fault, which the log tells whole', async () => {
    const { visit, lines } = open();
    const answer = await visit(SERIES, { 'accept-language': 'en' });
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toMatch(/secret|etc|10\.0\.0\.7|Error|SVT_/);
    const incident = /<code>500-([0-9a-f]{10})<\/code>/.exec(answer.body)?.[1];
    expect(lines).toContainEqual(
      expect.objectContaining({ reqId: incident, msg: 'http: internal fault' }),
    );
  });

  test('is shown nothing of what the address carries', async () => {
    const { visit } = open();
    for (const url of ['/%3Cscript%3Ealert(1)%3C/script%3E', '/<script>x</script>']) {
      expect((await visit(url)).body).not.toMatch(/script|alert/);
    }
  });

  test('may sign in from there where that is what is missing', async () => {
    const { visit, access } = open();
    access.access.mode = () => 'accounts';
    access.access.principal = () => undefined;
    const answer = await visit('/docs', { 'accept-language': 'en' });
    expect(answer.statusCode).toBe(401);
    expect(answer.body).toContain('<a href="/sign-in">Sign in</a>');
  });

  test('gets a page whose policy allows its style alone', async () => {
    const { visit } = open();
    const { body, headers } = await visit('/nowhere');
    const style = /<style>([^<]*)<\/style>/.exec(body)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers['content-security-policy']).toContain(`style-src 'sha256-${hash}'`);
    expect(headers['content-security-policy']).not.toContain('script-src');
    expect(headers['cache-control']).toBe('no-store');
  });
});

test('what is asked by a script or by our own page is answered as JSON', async () => {
  const { visit, server } = open();
  for (const headers of [
    { accept: '*/*' },
    { accept: 'application/json' },
    { accept: BROWSER, 'sec-fetch-mode': 'cors' },
  ]) {
    const answer = await visit('/nowhere', headers as Record<string, string>);
    expect(answer.json()).toMatchObject({ code: 'SVT_NOT_FOUND' });
  }
  const headers = { host: 'localhost', accept: BROWSER };
  const posted = await server.inject({ method: 'POST', url: '/nowhere', headers });
  expect(posted.json()).toMatchObject({ code: 'SVT_NOT_FOUND' });
});

test.each([
  [undefined, 'uk'],
  ['', 'uk'],
  ['en', 'en'],
  ['de-DE, en;q=0.4', 'en'],
  ['en;q=0.3, uk;q=0.7', 'uk'],
  ['uk;q=0.3, EN-us;q=0.7', 'en'],
  [';;;,,q=', 'uk'],
])('Accept-Language %j is %s', (header, language) => {
  expect(languageOf(header, 'uk')).toBe(language);
});

test('both languages tell of the same problems', () => {
  const [first, ...others] = LANGUAGES.map((one) => Object.keys(PROBLEM_TEXTS[one].problem));
  for (const other of others) expect(other).toEqual(first);
});
