import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { withoutSecrets } from '../../src/log.ts';

describe('a secret does not leave in a line of the log', () => {
  test.each([
    [{ headers: { authorization: 'Bearer hunter2', cookie: 'svitlo=hunter2; a="hunter2"' } }],
    [{ deep: { deeper: { deepest: { password: 'a "quoted" hunter2 \\ end' } } } }],
    [{ 'set-cookie': ['svitlo=hunter2', 'b=hunter2'] }],
    [{ Secret: 'hunter2', csrf: 'hunter2', token: 'hunter2', recoveryCodes: ['hunter2'] }],
    [{ err: { message: 'connect mqtt://svitlo:hunter2@broker:1883/ failed' } }],
    [{ url: 'https://:hunter2@influxdb:8086/svitlo' }],
    [{ msg: 'sent Authorization: Basic hunter2hunter2== to it' }],
  ])('of %j', (value) => {
    const line = withoutSecrets(JSON.stringify(value));
    expect(line).not.toContain('hunter2');
    expect(JSON.parse(line)).toBeTypeOf('object');
  });
});

test('everything else stays as it was', () => {
  const line = JSON.stringify({
    reqId: 'f00',
    path: '/api/v1/alarms/a@b',
    httpUrl: 'http://127.0.0.1:8080',
    msg: 'the password of ups-1 "changed" at olena@svitlo.example',
    secrets: 3,
    token: null,
  });
  expect(withoutSecrets(line)).toBe(line);
});

test('nothing that comes from outside begins a line of its own', () => {
  const written: string[] = [];
  const streams = { write: (line: string) => written.push(line) };
  const log = pino({ hooks: { streamWrite: withoutSecrets } }, streams);
  const hostile = 'a"}\n{"level":50,"msg":"forged"}\r\u2028\u001b[2J\u0000';
  log.info({ name: hostile }, hostile);
  expect(written).toHaveLength(1);
  expect(written[0]?.trimEnd()).not.toMatch(/\p{Cc}/u);
  expect(JSON.parse(written[0] ?? '')).toMatchObject({ name: hostile, msg: hostile });
});
