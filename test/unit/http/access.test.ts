import { afterAll, describe, expect, test } from 'vitest';
import { errorBodySchema } from '../../../src/contract/http.ts';
import { createTestServer } from '../../support/http-server.ts';

const { server } = createTestServer();

afterAll(() => server.close());

async function statusWith(headers: Record<string, string>, remoteAddress = '127.0.0.1') {
  const answer = await server.inject({ url: '/api/v1/sites', headers, remoteAddress });
  if (answer.statusCode !== 200) {
    const { code, params } = errorBodySchema.parse(answer.json());
    expect(code).toBe('SVT_FORBIDDEN');
    return `${answer.statusCode} ${params.reason}`;
  }
  return answer.statusCode;
}

describe('a client on this machine', () => {
  test.each(['localhost:8080', 'LOCALHOST', '127.0.0.1:8080', '127.0.0.2', '[::1]:8080'])(
    'is let in by the name %s',
    async (host) => {
      expect(await statusWith({ host })).toBe(200);
    },
  );

  test.each(['127.0.0.1', '127.3.2.1', '::1', '::ffff:127.0.0.1'])(
    'is let in from %s',
    async (remoteAddress) => {
      expect(await statusWith({ host: 'localhost' }, remoteAddress)).toBe(200);
    },
  );

  test('is let in from the page that it was served', async () => {
    const headers = { host: 'localhost:8080', origin: 'http://localhost:8080' };
    expect(await statusWith(headers)).toBe(200);
  });
});

describe('anybody else is kept out', () => {
  test.each(['10.0.0.7', '192.168.1.4', '::ffff:10.0.0.7', '2001:db8::1', '128.0.0.1'])(
    'from %s',
    async (remoteAddress) => {
      expect(await statusWith({ host: 'localhost' }, remoteAddress)).toBe('403 not_loopback');
    },
  );

  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '127.0.0.1@evil.example',
    '0.0.0.0',
    '10.0.0.7',
  ])('by the name %j, which an attacker may point here', async (host) => {
    expect(await statusWith({ host })).toBe('403 host_not_loopback');
  });

  test.each([
    ['x-forwarded-for', '203.0.113.9'],
    ['x-forwarded-for', '127.0.0.1'],
    ['x-forwarded-host', 'svitlo.example'],
    ['forwarded', 'for=203.0.113.9'],
    ['x-real-ip', '203.0.113.9'],
    ['via', '1.1 proxy'],
  ])('behind a proxy on this machine that adds %s: %s', async (name, value) => {
    expect(await statusWith({ host: 'localhost', [name]: value })).toBe('403 came_through_proxy');
  });

  test.each([
    'http://evil.example',
    'http://localhost:3000',
    'http://127.0.0.1:8080',
    'null',
    'nonsense',
  ])('from a page of %s', async (origin) => {
    expect(await statusWith({ host: 'localhost:8080', origin })).toBe('403 other_origin');
  });

  test('where there is no route, too', async () => {
    const answer = await server.inject({ url: '/nowhere', headers: { host: 'evil.example' } });
    expect(answer.statusCode).toBe(403);
  });
});

describe('every answer tells the browser to trust nothing from elsewhere', () => {
  test.each([
    ['the page', { url: '/' }],
    ['data', { url: '/api/v1/sites' }],
    ['what is not there', { url: '/nowhere' }],
    ['a path that cannot be read', { url: '/api/v1/devices/%ZZ/x' }],
    ['a refusal', { url: '/api/v1/sites', remoteAddress: '10.0.0.7' }],
    ['a body that is no JSON', { url: '/api/v1/alarms/a/acknowledge', method: 'POST' as const }],
    ['the documentation', { url: '/docs' }],
  ])('%s', async (_, request) => {
    const { headers } = await server.inject(request);
    const policy = String(headers['content-security-policy']).split('; ');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy.join()).not.toMatch(/unsafe|\*|https?:/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()'),
      'cache-control': 'no-store',
    });
    expect(headers).not.toHaveProperty('strict-transport-security');
  });
});
