import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createGate } from '../../../src/adapters/http/gate.ts';

const behind = createGate({
  trustedProxies: '10.0.0.1, 10.1.0.0/16, ::1',
  publicUrl: 'https://svitlo.example',
});
const straight = createGate({});

function seen(remoteAddress: string, headers: IncomingHttpHeaders = {}, encrypted = false) {
  return { headers, socket: { remoteAddress, encrypted } as unknown as Socket };
}

const FORWARDED = {
  host: 'inside:8080',
  'x-forwarded-for': '203.0.113.9',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'svitlo.example',
};

describe('what a named proxy says of its client', () => {
  test.each(['10.0.0.1', '::ffff:10.0.0.1', '10.1.200.3', '::1'])('is believed of %s', (peer) => {
    expect(behind.clientOf(seen(peer, FORWARDED))).toEqual({
      address: '203.0.113.9',
      isSecure: true,
      isInTheClear: false,
      host: 'svitlo.example',
      isThroughProxy: true,
    });
  });

  test.each(['10.0.0.2', '10.2.0.1', '127.0.0.1', '203.0.113.9'])(
    'is not believed of %s, which is none',
    (peer) => {
      expect(behind.clientOf(seen(peer, FORWARDED))).toEqual({
        address: peer,
        isSecure: false,
        isInTheClear: true,
        host: 'inside:8080',
        isThroughProxy: false,
      });
    },
  );

  test('is not believed of anybody where none is named', () => {
    for (const peer of ['127.0.0.1', '10.0.0.1']) {
      expect(straight.clientOf(seen(peer, FORWARDED))).toMatchObject({
        address: peer,
        isSecure: false,
        isThroughProxy: false,
      });
    }
  });

  test('counts by its own word alone, not by what the client wrote before', () => {
    const headers = {
      host: 'inside',
      'x-forwarded-for': '127.0.0.1, 198.51.100.4, 10.1.0.9',
      'x-forwarded-proto': 'https, http',
      'x-forwarded-host': 'evil.example, svitlo.example',
    };
    expect(behind.clientOf(seen('10.0.0.1', headers))).toEqual({
      address: '198.51.100.4',
      isSecure: false,
      isInTheClear: true,
      host: 'svitlo.example',
      isThroughProxy: true,
    });
  });

  test('is about TLS only where it says so, or speaks it itself', () => {
    expect(behind.clientOf(seen('10.0.0.1', { host: 'a' })).isSecure).toBe(false);
    expect(behind.clientOf(seen('10.0.0.1', { host: 'a' }, true)).isSecure).toBe(true);
    const downgraded = { host: 'a', 'x-forwarded-proto': 'http' };
    expect(behind.clientOf(seen('10.0.0.1', downgraded, true)).isSecure).toBe(false);
    expect(straight.clientOf(seen('127.0.0.1', { host: 'a' }, true)).isSecure).toBe(true);
  });
});

test('what comes from this machine itself is not in the clear, what a proxy brings is', () => {
  const of = (peer: string, headers: IncomingHttpHeaders) =>
    behind.clientOf(seen(peer, { host: 'a', ...headers })).isInTheClear;
  expect(of('127.0.0.1', {})).toBe(false);
  expect(of('127.0.0.1', { 'x-forwarded-for': '127.0.0.1' })).toBe(true);
  expect(of('127.0.0.1', { via: '1.1 proxy' })).toBe(true);
  expect(of('::1', {})).toBe(false);
  expect(of('::1', { 'x-forwarded-for': '203.0.113.9' })).toBe(true);
  expect(of('10.0.0.7', {})).toBe(true);
});

describe('what is shown of who asks', () => {
  test('a session is the cookie that stays with the host', () => {
    const cookie = 'svitlo=plain; __Host-svitlo=safe; __Host-svitlo=later';
    expect(behind.credentialOf(seen('10.0.0.1', { ...FORWARDED, cookie })).session).toBe('safe');
  });

  test('in a handshake is nothing from a page elsewhere, nor in the clear', () => {
    const cookie = '__Host-svitlo=safe';
    const of = (peer: string, headers: IncomingHttpHeaders) =>
      behind.handshakeCredentialOf(seen(peer, { ...FORWARDED, cookie, ...headers }));
    expect(of('10.0.0.1', {})).toMatchObject({ session: 'safe', isLocal: false });
    expect(of('10.0.0.1', { origin: 'https://evil.example' })).toEqual({ isLocal: false });
    expect(of('10.0.0.1', { 'sec-fetch-site': 'cross-site' })).toEqual({ isLocal: false });
    expect(of('10.0.0.1', { 'x-forwarded-proto': 'http' })).toEqual({ isLocal: false });
    expect(of('10.0.0.9', {})).toEqual({ isLocal: false });
    const local = { host: 'localhost', origin: 'http://localhost' };
    expect(straight.handshakeCredentialOf(seen('127.0.0.1', local)).isLocal).toBe(true);
  });

  test('nobody is at this machine who comes through a proxy on it', () => {
    const headers = { host: 'localhost' };
    expect(straight.credentialOf(seen('::1', headers)).isLocal).toBe(true);
    expect(behind.credentialOf(seen('127.0.0.1', headers)).isLocal).toBe(true);
    expect(behind.credentialOf(seen('::1', headers)).isLocal).toBe(false);
    for (const name of Object.keys(FORWARDED).slice(1)) {
      const proxied = { ...headers, [name]: 'localhost' };
      expect(straight.credentialOf(seen('::1', proxied)).isLocal, name).toBe(false);
    }
  });
});

describe('a page of this server’s own origin', () => {
  test.each([
    [straight, '127.0.0.1', { host: 'localhost:8080', origin: 'http://localhost:8080' }],
    [straight, '127.0.0.1', { host: 'localhost', origin: 'http://localhost:80' }],
    [straight, '127.0.0.1', { host: 'localhost' }],
    [straight, '127.0.0.1', { host: 'localhost', 'sec-fetch-site': 'same-origin' }],
    [straight, '127.0.0.1', { host: 'localhost', 'sec-fetch-site': 'none' }],
    [behind, '10.0.0.1', { ...FORWARDED, origin: 'https://svitlo.example' }],
    [behind, '10.0.0.1', { host: 'inside', origin: 'https://svitlo.example:443' }],
  ])('%# is known', (gate, peer, headers) => {
    expect(gate.isOwnOrigin(seen(peer, headers))).toBe(true);
  });

  test.each([
    [straight, '127.0.0.1', { host: 'localhost:8080', origin: 'http://localhost:3000' }],
    [straight, '127.0.0.1', { host: 'localhost', origin: 'https://localhost' }],
    [straight, '127.0.0.1', { host: 'localhost', origin: 'null' }],
    [straight, '127.0.0.1', { host: 'null', origin: 'null' }],
    [straight, '127.0.0.1', { host: 'localhost', origin: 'nonsense' }],
    [straight, '127.0.0.1', { host: 'localhost', 'sec-fetch-site': 'cross-site' }],
    [straight, '127.0.0.1', { host: 'localhost', 'sec-fetch-site': 'same-site' }],
    [straight, '127.0.0.1', { origin: 'http://undefined' }],
    [behind, '10.0.0.9', { ...FORWARDED, origin: 'https://inside:8080' }],
    [behind, '10.0.0.1', { ...FORWARDED, origin: 'http://svitlo.example' }],
    [behind, '10.0.0.1', { ...FORWARDED, origin: 'https://svitlo.example.evil.example' }],
    [behind, '10.0.0.1', { ...FORWARDED, origin: 'https://other.svitlo.example' }],
  ])('%# is none', (gate, peer, headers) => {
    expect(gate.isOwnOrigin(seen(peer, headers))).toBe(false);
  });
});
