import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig, loadTopology } from '../../../src/config.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';

let folder: TempFolder;
let count = 0;

beforeAll(async () => {
  folder = await tempFolder('config');
});

afterAll(async () => {
  await folder?.remove();
});

function file(name: string, text: string): string {
  count += 1;
  const own = join(folder.path, `${count}`);
  mkdirSync(own);
  const path = join(own, name);
  writeFileSync(path, text);
  return path;
}

test('flags win over the environment, the environment over defaults', () => {
  const env = { SVITLO_HTTP_PORT: '8081', SVITLO_BROKER_PORT: '0' };
  const { settings } = loadConfig(['--http-port', '8082'], env);
  expect(settings).toMatchObject({ httpPort: 8082, brokerPort: 0, topicRoot: 'svitlo/v1' });
});

test('a secret comes from a file, without its last newline', () => {
  const { settings } = loadConfig([], { SVITLO_MQTT_PASSWORD_FILE: file('secret', 'a b\n') });
  expect(settings.mqttPassword).toBe('a b');
});

test('a variable and its _FILE twin together are refused', () => {
  const env = { SVITLO_MQTT_PASSWORD: 'a', SVITLO_MQTT_PASSWORD_FILE: file('secret', 'b') };
  expect(() => loadConfig([], env)).toThrow(/SVITLO_MQTT_PASSWORD_FILE: expected one of them/);
});

test('a certificate without its key is refused', () => {
  expect(() => loadConfig([], { SVITLO_TLS_CERT: 'cert.pem' })).toThrow(/expected both or neither/);
});

test('a broker of its own is refused beyond loopback where nobody has to sign in', () => {
  const env = { SVITLO_BROKER_HOST: '0.0.0.0' };
  expect(() => loadConfig([], env)).toThrow(/SVITLO_BROKER_HOST: 0.0.0.0 .*npm run pki -- init/);
  expect(() => loadConfig([], { ...env, SVITLO_BROKER_PKI: 'pki' })).not.toThrow();
  expect(() => loadConfig([], { ...env, SVITLO_MQTT_URL: 'mqtt://broker' })).not.toThrow();
  expect(() => loadConfig([], { SVITLO_BROKER_HOST: '::1' })).not.toThrow();
});

test('an empty variable is an unset one', () => {
  const env = { SVITLO_HTTP_PORT: '', SVITLO_MQTT_URL_FILE: '' };
  expect(loadConfig([], env).settings).toMatchObject({ httpPort: 8080 });
});

test('a secret file that is not there is named with its variable', () => {
  const env = { SVITLO_MQTT_PASSWORD_FILE: '/nowhere/secret' };
  expect(() => loadConfig([], env)).toThrow(/SVITLO_MQTT_PASSWORD_FILE: \/nowhere\/secret cannot/);
});

test('what is wrong with an address is said without the password in it', () => {
  const env = { SVITLO_INFLUX_URL: 'ftp://svitlo:hunter2@127.0.0.1/svitlo' };
  expect(() => loadConfig([], env)).toThrow(/SVITLO_INFLUX_URL: /);
  expect(() => loadConfig([], env)).not.toThrow(/hunter2/);
});

test('an unknown flag is refused', () => {
  expect(() => loadConfig(['--colour', 'red'], {})).toThrow(/--colour/);
});

test('a fault of the file is named with line, path and what was expected', () => {
  const path = file(
    'svitlo.yaml',
    'sites:\n  krakivets:\n    name: {uk: Краківець, en: Krakivets}\n    devices:\n      ups-1: {kind: ups, interval: soon}\n',
  );
  expect(() => loadTopology(path)).toThrow(
    `${path}:5: sites.krakivets.devices.ups-1.interval: expected a duration`,
  );
});

test('an unknown key and broken YAML are named with their line', () => {
  expect(() => loadTopology(file('a.yaml', 'sites: {}\ncolour: red\n'))).toThrow(
    /a\.yaml:2: colour/,
  );
  expect(() => loadTopology(file('b.yaml', 'sites: {\n'))).toThrow(/b\.yaml:\d+: /);
});

test('durations become seconds', () => {
  const path = file(
    'svitlo.yaml',
    'sites: {a: {name: {uk: А, en: A}, devices: {u: {kind: ups, interval: 5s, safeShutdown: 8m}}}}',
  );
  expect(loadTopology(path).sites.a?.devices.u).toMatchObject({ interval: 5, safeShutdown: 480 });
});

test.each([
  ['SVITLO_HTTP_PORT', 'abc', 'expected a port, 0 to 65535'],
  ['SVITLO_BROKER_PORT', '70000', 'expected a port, 0 to 65535'],
  ['SVITLO_MQTT_URL', 'broker:1883', 'expected a URL such as mqtt://broker:1883'],
  ['SVITLO_INFLUX_URL', 'nonsense', 'expected a URL such as http://influxdb:8086/svitlo'],
])('%s=%s is refused with what was expected', (name, value, expected) => {
  expect(() => loadConfig([], { [name]: value })).toThrow(`  ${name}: ${expected}`);
});

const SIMULATED = { SVITLO_SIM_CLOCK: '1', SVITLO_TOPIC_ROOT: 'svitlo-sim/v1' };

test('a simulated clock is for simulated devices on this machine', () => {
  expect(loadConfig([], SIMULATED).settings.simClock).toBe(true);
  expect(
    loadConfig([], { ...SIMULATED, SVITLO_MQTT_URL: 'mqtt://127.0.0.1:1884' }).settings.simClock,
  ).toBe(true);
  expect(
    loadConfig([], { ...SIMULATED, SVITLO_MQTT_URL: 'mqtt://[::1]:1884' }).settings.simClock,
  ).toBe(true);
  expect(loadConfig([], { SVITLO_SIM_CLOCK: '0' }).settings.simClock).toBe(false);
});

test.each([
  [
    { SVITLO_SIM_CLOCK: '1' },
    /SVITLO_SIM_CLOCK: .*expected SVITLO_TOPIC_ROOT to be svitlo-sim\/v1/,
  ],
  [{ ...SIMULATED, SVITLO_MQTT_URL: 'mqtt://broker:1883' }, /expected SVITLO_MQTT_URL on loopback/],
  [{ ...SIMULATED, SVITLO_MQTT_URL: 'mqtt://127.0.0.1.example.org' }, /on loopback/],
  [{ SVITLO_SIM_CLOCK: 'yes' }, /SVITLO_SIM_CLOCK: expected 1, or unset/],
])('a simulated clock is refused with %o', (env, message) => {
  expect(() => loadConfig([], env)).toThrow(message);
});

test('the limits of the spool are sizes and durations, and leave SQLite room to delete', () => {
  const env = { SVITLO_SPOOL_MAX_BYTES: '2GB', SVITLO_SPOOL_MAX_AGE: '12h' };
  expect(loadConfig([], env).settings).toMatchObject({
    spoolMaxBytes: 2 ** 31,
    spoolMinFreeBytes: 2 ** 28,
    spoolMaxAge: 43_200,
  });
  expect(() => loadConfig([], { SVITLO_SPOOL_MAX_BYTES: 'much' })).toThrow(
    /SVITLO_SPOOL_MAX_BYTES: expected a size such as 8GB/,
  );
  expect(() => loadConfig([], { SVITLO_SPOOL_MIN_FREE_BYTES: '2MB' })).toThrow(
    /SVITLO_SPOOL_MIN_FREE_BYTES: expected at least 16MB/,
  );
});
