import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { compileProxies } from './adapters/http/gate.ts';
import { type Settings, settingsSchema, type Topology, topologySchema } from './contract/config.ts';
import { outageScheduleSchema } from './contract/schedule.ts';
import { SIMULATION_ROOT } from './contract/topic.ts';
import { configFault } from './errors.ts';
import { readYaml } from './yaml-file.ts';

const POLL_MS = 1000;

/** The environment's name of each setting; its `_FILE` twin names a file that holds the value. */
export const VARIABLES: Readonly<Record<keyof Settings, string>> = {
  mqttUrl: 'SVITLO_MQTT_URL',
  mqttUsername: 'SVITLO_MQTT_USERNAME',
  mqttPassword: 'SVITLO_MQTT_PASSWORD',
  mqttCa: 'SVITLO_MQTT_CA',
  mqttCert: 'SVITLO_MQTT_CERT',
  mqttKey: 'SVITLO_MQTT_KEY',
  mqttIdentityProperty: 'SVITLO_MQTT_IDENTITY_PROPERTY',
  brokerHost: 'SVITLO_BROKER_HOST',
  brokerPort: 'SVITLO_BROKER_PORT',
  brokerPki: 'SVITLO_BROKER_PKI',
  influxUrl: 'SVITLO_INFLUX_URL',
  topicRoot: 'SVITLO_TOPIC_ROOT',
  httpHost: 'SVITLO_HTTP_HOST',
  httpPort: 'SVITLO_HTTP_PORT',
  tlsCert: 'SVITLO_TLS_CERT',
  tlsKey: 'SVITLO_TLS_KEY',
  trustedProxies: 'SVITLO_TRUSTED_PROXIES',
  publicUrl: 'SVITLO_PUBLIC_URL',
  oidcIssuer: 'SVITLO_OIDC_ISSUER',
  oidcClientId: 'SVITLO_OIDC_CLIENT_ID',
  oidcClientSecret: 'SVITLO_OIDC_CLIENT_SECRET',
  oidcLabel: 'SVITLO_OIDC_LABEL',
  smtpUrl: 'SVITLO_SMTP_URL',
  dataDir: 'SVITLO_DATA_DIR',
  duckdbMemory: 'SVITLO_DUCKDB_MEMORY',
  spoolMaxBytes: 'SVITLO_SPOOL_MAX_BYTES',
  spoolMinFreeBytes: 'SVITLO_SPOOL_MIN_FREE_BYTES',
  spoolMaxAge: 'SVITLO_SPOOL_MAX_AGE',
  logLevel: 'SVITLO_LOG_LEVEL',
  simClock: 'SVITLO_SIM_CLOCK',
  lang: 'SVITLO_LANG',
  configFile: 'SVITLO_CONFIG',
};

export interface Config {
  settings: Settings;
  topology: Topology;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Defaults < file < environment < flags. Throws SVT_CONFIG_INVALID with what was expected where. */
export function loadConfig(argv: readonly string[], env: Environment): Config {
  const settings = readSettings(argv, env);
  refuseHalfOfTls(settings);
  if (settings.trustedProxies !== undefined) compileProxies(settings.trustedProxies);
  refuseOpenBroker(settings);
  refuseSimulation(settings);
  const topology =
    settings.configFile === undefined
      ? topologySchema.parse({})
      : loadTopology(settings.configFile);
  return { settings, topology };
}

/** Each setting by itself; whether they fit together is not looked at. Throws SVT_CONFIG_INVALID. */
export function readSettings(argv: readonly string[], env: Environment): Settings {
  const given = { ...fromEnvironment(env), ...fromFlags(argv) };
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success) {
    throw configFault(
      parsed.error.issues.map((issue) => `${settingName(issue.path[0])}: ${issue.message}`),
    );
  }
  const settings = parsed.data;
  if (settings.configFile === undefined && existsSync('svitlo.yaml'))
    settings.configFile = 'svitlo.yaml';
  return settings;
}

/** Reads `svitlo.yaml`. A fault is named with file, line, path and what was expected. */
export function loadTopology(file: string): Topology {
  const answer = readYaml(file, topologySchema);
  if (!answer.ok) throw configFault([...answer.faults]);
  const topology = answer.value;
  const scheduleFile = scheduleFileOf(topology, file);
  if (scheduleFile === undefined) return topology;
  const schedule = readYaml(scheduleFile, outageScheduleSchema);
  if (!schedule.ok) throw configFault([...schedule.faults]);
  return { ...topology, outageSchedule: schedule.value };
}

/** The outage schedule's own file, beside `svitlo.yaml` unless its path is absolute. */
function scheduleFileOf({ outageSchedule }: Topology, file: string): string | undefined {
  if (typeof outageSchedule !== 'string') return undefined;
  return resolve(dirname(file), outageSchedule);
}

/**
 * Hands over each good new version of the file, one too that came since `running` was read, and says of a bad one
 * why; returns how to end it.
 */
export function watchTopology(
  file: string,
  running: Topology,
  onChange: (topology: Topology) => void,
  onRefused: (message: string) => void,
): () => void {
  let scheduleFile = scheduleFileIn(file);
  const textNow = () => [textOf(file), scheduleFile && textOf(scheduleFile)].join('\0');
  let seen = textNow();
  const look = () => {
    const text = textNow();
    if (text === seen) return;
    scheduleFile = scheduleFileIn(file);
    seen = textNow();
    take(() => true);
  };
  const take = (isWanted: (topology: Topology) => boolean) => {
    try {
      const topology = loadTopology(file);
      if (isWanted(topology)) onChange(topology);
    } catch (error) {
      onRefused(reasonOf(error));
    }
  };
  take((topology) => !isDeepStrictEqual(topology, running));
  const timer = setInterval(look, POLL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** Where a file that is right leads to its schedule. */
function scheduleFileIn(file: string): string | undefined {
  const answer = readYaml(file, topologySchema);
  return answer.ok ? scheduleFileOf(answer.value, file) : undefined;
}

/** Compared by content: editors and mounted volumes replace the file, or what a link leads to. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function fromEnvironment(env: Environment): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [key, variable] of Object.entries(VARIABLES)) {
    const value = env[variable];
    const file = env[`${variable}_FILE`] || undefined;
    if (value !== undefined && file !== undefined)
      throw configFault([`${variable} and ${variable}_FILE: expected one of them`]);
    if (value !== undefined && value !== '') given[key] = value;
    if (file !== undefined) given[key] = readSecret(`${variable}_FILE`, file);
  }
  return given;
}

/** The files that hold what nobody else should read: secrets that were named by file, and private keys. */
export function secretFilesOf(settings: Settings, env: Environment): string[] {
  const named = Object.values(VARIABLES).map((variable) => env[`${variable}_FILE`]);
  return [...named, settings.tlsKey, settings.mqttKey].flatMap((file) => (file ? [file] : []));
}

function readSecret(variable: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw configFault([
      `${variable}: ${file} cannot be read: ${error instanceof Error ? error.message : error}`,
    ]);
  }
}

function fromFlags(argv: readonly string[]): Record<string, string> {
  const options = Object.fromEntries(
    Object.keys(VARIABLES).map((key) => [flagOf(key), { type: 'string' as const }]),
  );
  try {
    const { values } = parseArgs({ args: [...argv], options });
    return Object.fromEntries(
      Object.keys(VARIABLES).flatMap((key) => {
        const value = values[flagOf(key)];
        return typeof value === 'string' ? [[key, value]] : [];
      }),
    );
  } catch (error) {
    throw configFault([error instanceof Error ? error.message : String(error)]);
  }
}

/** `httpPort` → `http-port`; the file of sites is `--config`. */
function flagOf(key: string): string {
  return key === 'configFile'
    ? 'config'
    : key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function settingName(key: PropertyKey | undefined): string {
  return VARIABLES[key as keyof Settings] ?? String(key);
}

function refuseHalfOfTls({ tlsCert, tlsKey }: Settings): void {
  if ((tlsCert === undefined) === (tlsKey === undefined)) return;
  throw configFault(['SVITLO_TLS_CERT, SVITLO_TLS_KEY: expected both or neither']);
}

const MAKE_ACCOUNT = 'npm run user -- add NAME --role administrator';

/**
 * Beyond this machine people come in only where they sign in, over TLS or a proxy that is named; simulated
 * devices are shown to nobody else. Throws SVT_CONFIG_INVALID with what to do.
 */
export function refuseExposure(settings: Settings, mode: 'open' | 'accounts'): void {
  const { httpHost, tlsCert, trustedProxies, topicRoot } = settings;
  const way = isLoopback(httpHost)
    ? trustedProxies !== undefined && 'SVITLO_TRUSTED_PROXIES: a proxy brings people from elsewhere'
    : `SVITLO_HTTP_HOST: ${httpHost} is beyond loopback`;
  if (way === false) return;
  const expected = isLoopback(httpHost) ? 'expected it unset' : 'expected 127.0.0.1';
  if (topicRoot === SIMULATION_ROOT) {
    throw configFault([`${way}, and the demo cannot be reached from outside: ${expected}`]);
  }
  if (mode === 'open') {
    throw configFault([
      `${way}, and there are no accounts: ${expected}, or first: ${MAKE_ACCOUNT}`,
    ]);
  }
  if (tlsCert !== undefined || trustedProxies !== undefined) return;
  throw configFault([
    `${way}, and passwords would cross the network in the clear: expected SVITLO_TLS_CERT and SVITLO_TLS_KEY, or SVITLO_TRUSTED_PROXIES with the proxy that speaks TLS`,
  ]);
}

/** Whoever reaches a broker without sign-in is every device. */
function refuseOpenBroker({ mqttUrl, brokerHost, brokerPki }: Settings): void {
  if (mqttUrl !== undefined || brokerPki !== undefined || isLoopback(brokerHost)) return;
  throw configFault([
    `SVITLO_BROKER_HOST: ${brokerHost} is beyond loopback, where every client has to sign in: expected SVITLO_BROKER_PKI to name a folder made by npm run pki -- init and npm run pki -- server HOST…`,
  ]);
}

export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}

/** Who drives the clock decides what is an outage: never in production, never from another machine. */
function refuseSimulation({ simClock, topicRoot, mqttUrl }: Settings): void {
  if (!simClock) return;
  if (topicRoot !== SIMULATION_ROOT) {
    throw configFault([
      `SVITLO_SIM_CLOCK: a simulated clock is for simulated devices: expected SVITLO_TOPIC_ROOT to be ${SIMULATION_ROOT}`,
    ]);
  }
  if (mqttUrl === undefined || isLoopback(new URL(mqttUrl).hostname)) return;
  throw configFault([
    'SVITLO_SIM_CLOCK: whoever reaches the broker drives the clock: expected SVITLO_MQTT_URL on loopback',
  ]);
}
