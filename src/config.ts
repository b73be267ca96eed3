import { existsSync, readFileSync, unwatchFile, watchFile } from 'node:fs';
import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type Settings, settingsSchema, type Topology, topologySchema } from './contract/config.ts';
import { SvitloError } from './errors.ts';

const POLL_MS = 1000;

/** The environment's name of each setting; its `_FILE` twin names a file that holds the value. */
const VARIABLES: Record<keyof Settings, string> = {
  mqttUrl: 'SVITLO_MQTT_URL',
  mqttUsername: 'SVITLO_MQTT_USERNAME',
  mqttPassword: 'SVITLO_MQTT_PASSWORD',
  brokerPort: 'SVITLO_BROKER_PORT',
  influxUrl: 'SVITLO_INFLUX_URL',
  topicRoot: 'SVITLO_TOPIC_ROOT',
  httpHost: 'SVITLO_HTTP_HOST',
  httpPort: 'SVITLO_HTTP_PORT',
  tlsCert: 'SVITLO_TLS_CERT',
  tlsKey: 'SVITLO_TLS_KEY',
  trustedProxies: 'SVITLO_TRUSTED_PROXIES',
  dataDir: 'SVITLO_DATA_DIR',
  duckdbMemory: 'SVITLO_DUCKDB_MEMORY',
  logLevel: 'SVITLO_LOG_LEVEL',
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
  const given = { ...fromEnvironment(env), ...fromFlags(argv) };
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success) {
    throw invalid(
      parsed.error.issues.map((issue) => `${settingName(issue.path[0])}: ${issue.message}`),
    );
  }
  const settings = parsed.data;
  if (settings.configFile === undefined && existsSync('svitlo.yaml'))
    settings.configFile = 'svitlo.yaml';
  refuseExposure(settings);
  const topology =
    settings.configFile === undefined
      ? topologySchema.parse({})
      : loadTopology(settings.configFile);
  return { settings, topology };
}

/** Reads `svitlo.yaml`. A fault is named with file, line, path and what was expected. */
export function loadTopology(file: string): Topology {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw invalid([`${file}: cannot be read: ${message}`]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    throw invalid(
      document.errors.map(
        (error) => `${file}:${lines.linePos(error.pos[0]).line}: ${error.message}`,
      ),
    );
  }
  const parsed = topologySchema.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  throw invalid(
    parsed.error.issues.map(
      (issue) =>
        `${file}:${lineOf(issuePath(issue))}: ${issuePath(issue).join('.')}: ${issue.message}`,
    ),
  );
}

/** Hands over each good new version of the file and says of a bad one why; returns how to end it. */
export function watchTopology(
  file: string,
  onChange: (topology: Topology) => void,
  onRefused: (message: string) => void,
): () => void {
  const reload = () => {
    try {
      onChange(loadTopology(file));
    } catch (error) {
      onRefused(error instanceof Error ? error.message : String(error));
    }
  };
  watchFile(file, { interval: POLL_MS, persistent: false }, reload);
  return () => unwatchFile(file, reload);
}

function issuePath(issue: z.core.$ZodIssue): PropertyKey[] {
  return issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
}

function fromEnvironment(env: Environment): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [key, variable] of Object.entries(VARIABLES)) {
    const value = env[variable];
    const file = env[`${variable}_FILE`];
    if (value !== undefined && file !== undefined)
      throw invalid([`${variable} and ${variable}_FILE: expected one of them`]);
    if (value !== undefined && value !== '') given[key] = value;
    if (file !== undefined) given[key] = readSecret(`${variable}_FILE`, file);
  }
  return given;
}

function readSecret(variable: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw invalid([
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
    throw invalid([error instanceof Error ? error.message : String(error)]);
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

/** Without users, only this machine may come in. */
function refuseExposure({ httpHost, tlsCert, tlsKey }: Settings): void {
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw invalid(['SVITLO_TLS_CERT, SVITLO_TLS_KEY: expected both or neither']);
  }
  const isLoopback =
    httpHost === 'localhost' ||
    httpHost === '::1' ||
    (isIP(httpHost) === 4 && httpHost.startsWith('127.'));
  if (isLoopback) return;
  throw invalid([
    `SVITLO_HTTP_HOST: ${httpHost} is beyond loopback, which needs users, and there are none: expected 127.0.0.1, ::1 or localhost`,
  ]);
}

function invalid(faults: readonly string[]): SvitloError {
  return new SvitloError(
    'SVT_CONFIG_INVALID',
    `wrong configuration\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
  );
}
