import { copyFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { join, resolve } from 'node:path';
import { type ConnectionOptions, connect } from 'node:tls';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type App, createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { writeCertificate } from '../support/certificate.ts';
import { recordingLog } from '../support/fake-ports.ts';
import { runCommand } from '../support/run-command.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';

let folder: TempFolder;
const at = (name: string) => join(folder.path, name);
const pair = (name: string) => ({ cert: at(`${name}.crt`), key: at(`${name}.key`) });

beforeAll(async () => {
  folder = await tempFolder('tls');
  for (const name of ['first', 'second', 'third']) await writeCertificate(pair(name), name);
});

afterAll(() => folder?.remove());

/** Puts a pair in the place of the one in use, by rename, as certbot and Kubernetes do. */
async function install(name: string): Promise<void> {
  for (const [from, to] of [
    [pair(name).key, pair('used').key],
    [pair(name).cert, pair('used').cert],
  ] as const) {
    await copyFile(from, `${to}.new`);
    await rename(`${to}.new`, to);
  }
}

describe('a server with certificate and key', () => {
  const { log, messages } = recordingLog();
  let app: App;
  let url: URL;

  beforeAll(async () => {
    await install('first');
    const { settings, topology } = loadConfig([], {
      SVITLO_HTTP_PORT: '0',
      SVITLO_BROKER_PORT: '0',
      SVITLO_DATA_DIR: at('data'),
      SVITLO_TLS_CERT: pair('used').cert,
      SVITLO_TLS_KEY: pair('used').key,
    });
    app = await createApp({ settings, topology, log });
    url = new URL((await app.start()).httpUrl);
  });

  afterAll(() => app?.stop());

  beforeEach(() => {
    messages.length = 0;
  });

  /** Whose certificate a new connection is shown. */
  function shownName(): Promise<string | undefined> {
    return new Promise((done, reject) => {
      const options = { host: url.hostname, port: Number(url.port), rejectUnauthorized: false };
      const socket = connect(options, () => {
        const { CN } = socket.getPeerCertificate().subject;
        done(typeof CN === 'string' ? CN : undefined);
        socket.destroy();
      });
      socket.once('error', reject);
    });
  }

  /** The status of a call by a client that trusts this pair alone. */
  async function statusFor(name: string): Promise<number | undefined> {
    const ca = await readFile(pair(name).cert);
    return new Promise((done, reject) => {
      get(new URL('/healthz', url), { ca, agent: false }, (answer) => {
        answer.resume();
        done(answer.statusCode);
      }).once('error', reject);
    });
  }

  test('serves HTTPS to a client that trusts it, and nothing in the clear', async () => {
    expect(url.protocol).toBe('https:');
    expect(await statusFor('first')).toBe(200);
    await expect(statusFor('second')).rejects.toThrow(/self-signed|unable to verify/);
    await expect(fetch(`http://${url.host}/healthz`)).rejects.toThrow();
  });

  test.each([
    ['TLS 1.1', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' }],
    ['a suite without authenticated encryption', { ciphers: 'ECDHE-ECDSA-AES128-SHA256' }],
  ] as const)('shakes no hands by %s', async (_, offered) => {
    const options = { host: url.hostname, port: Number(url.port), rejectUnauthorized: false };
    const dial = (more: ConnectionOptions) =>
      new Promise<string>((done, reject) => {
        const socket = connect({ maxVersion: 'TLSv1.2', ...options, ...more }, () => {
          done(socket.getCipher().name);
          socket.destroy();
        });
        socket.once('error', reject);
      });
    await expect(dial(offered)).rejects.toThrow(/handshake failure|protocol version|ECONNRESET/i);
    expect(await dial({})).toMatch(/^ECDHE-ECDSA-.*(GCM|POLY1305)/);
  });

  test('says also of what is no request that HTTPS is to be kept', async () => {
    const options = { host: url.hostname, port: Number(url.port), rejectUnauthorized: false };
    const socket = connect(options, () => socket.write('nonsense\r\n\r\n'));
    let answer = '';
    for await (const part of socket) answer += part;
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toMatch(/strict-transport-security: max-age=\d{8}; includeSubDomains/);
  });

  test('carries the live feed, too', async () => {
    const socket = io(`${url.origin}/live`, {
      transports: ['websocket'],
      ca: await readFile(pair('first').cert, 'utf8'),
      reconnection: false,
    });
    try {
      const request = { sites: ['*'], detail: 'summary' };
      expect(await socket.timeout(10_000).emitWithAck('watch', request)).toMatchObject({
        ok: true,
      });
    } finally {
      socket.disconnect();
    }
  });

  test('takes a renewed pair without a restart', async () => {
    await install('second');
    await until(async () => (await shownName()) === 'second', { what: 'the renewed certificate' });
    expect(await statusFor('second')).toBe(200);
    expect(messages).toContain('https: certificate renewed');
  });

  test.each([
    ['is no certificate', () => writeFile(pair('used').cert, 'not a certificate')],
    ['belongs to another key', () => copyFile(pair('third').cert, pair('used').cert)],
    ['is gone', () => rm(pair('used').cert)],
  ])('goes on with the old pair where the new certificate %s', async (_, damage) => {
    const before = await shownName();
    await damage();
    await until(() => messages.includes('https: new certificate refused, the old one goes on'), {
      what: 'the refusal in the log',
    });
    expect(await shownName()).toBe(before);
  });

  test('takes a good pair after a bad one', async () => {
    await install('third');
    await until(async () => (await shownName()) === 'third', { what: 'the good certificate' });
  });
});

describe('the start is refused, and says why', () => {
  const main = resolve(import.meta.dirname, '../../src/main.ts');
  const start = (cert: string, key: string) =>
    runCommand(process.execPath, [main], {
      cwd: folder.path,
      env: {
        SVITLO_HTTP_PORT: '0',
        SVITLO_BROKER_PORT: '0',
        SVITLO_DATA_DIR: at('refused'),
        SVITLO_TLS_CERT: cert,
        SVITLO_TLS_KEY: key,
      },
    });

  test.each([
    ['the certificate is missing', () => start(at('none.crt'), pair('second').key), 'none.crt'],
    ['the key is missing', () => start(pair('second').cert, at('none.key')), 'none.key'],
    [
      'the key is of another certificate',
      () => start(pair('second').cert, pair('third').key),
      'key values mismatch',
    ],
    ['there is no key', () => start(pair('second').cert, ''), 'expected both or neither'],
  ])('where %s', async (_, begin, reason) => {
    const { status, stderr } = await begin();
    expect(status).toBe(78);
    expect(stderr).toContain('SVITLO_TLS_CERT, SVITLO_TLS_KEY: expected');
    expect(stderr).toContain(reason);
  });
});
