import { parseArgs } from 'node:util';
import { durationSchema } from '../src/contract/config.ts';
import { type Language, languageSchema } from '../src/contract/text.ts';
import { PRODUCTION_ROOT, SIMULATION_ROOT } from '../src/contract/topic.ts';

export const USAGE = `Usage: npm run sim -- [options]

Publishes a simulated fleet of border crossings to an MQTT broker, and judges a monitor by it.

  --scenario NAME          what happens (default calm); --list names them; also a file.yaml of your own
  --list                   the scenarios with a line each
  --assert                 judge the monitor: starts one of its own in lock-step, unless --url is given.
                           Exit status 0 right, 1 the monitor was wrong, 2 usage, 3 inconclusive
  --url mqtt://HOST:PORT   broker (default mqtt://127.0.0.1:1883; also mqtts, ws, wss); user name and
                           password from SVITLO_MQTT_USERNAME and SVITLO_MQTT_PASSWORD
  --monitor http://…       with --assert and --url: the monitor to judge (default http://127.0.0.1:8080);
                           where it has accounts, a token that may see in SVITLO_MONITOR_TOKEN
  --devices N              devices in all (default: the scenario's; more are generated)
  --duration T             stop after this long, such as 90s or 10m (default: the scenario's)
  --start TIME             simulated time at the beginning, such as 2026-01-15T06:00:00Z
  --speed N                simulated seconds in a second (default 1; in lock-step a ceiling)
  --seed N                 the same seed and start give the same run (default 1)
  --connections N          MQTT connections that share the devices (default 64)
  --root TOPIC             topic root (default ${SIMULATION_ROOT})
  --out FOLDER             where truth.jsonl, verdict.json and junit.xml go (default var/sim/SCENARIO)
  --report FILE            with --assert: write what happened as an HTML page
  --lang uk|en             language of that page (default SVITLO_LANG, else uk)
  --topology FILE          write the fleet as a svitlo.yaml to FILE and end
  --help                   this text
`;

/** A command line that cannot be followed; the message says which option and what was expected. */
export class UsageError extends Error {}

export interface SimulatorOptions {
  /** Unset: the local broker, or with `isAssert` a monitor of our own. */
  url?: string;
  monitorUrl: string;
  scenario: string;
  devices?: number;
  durationSeconds?: number;
  /** ms since 1970 UTC */
  startMs?: number;
  speed?: number;
  seed: number;
  connections: number;
  root: string;
  out?: string;
  report?: string;
  language: Language;
  topologyFile?: string;
  isAssert: boolean;
  isList: boolean;
  isHelp: boolean;
}

const DEFAULT_MONITOR = 'http://127.0.0.1:8080';

const flags = {
  url: { type: 'string' },
  monitor: { type: 'string' },
  scenario: { type: 'string', default: 'calm' },
  devices: { type: 'string' },
  duration: { type: 'string' },
  start: { type: 'string' },
  speed: { type: 'string' },
  seed: { type: 'string', default: '1' },
  connections: { type: 'string', default: '64' },
  root: { type: 'string', default: SIMULATION_ROOT },
  out: { type: 'string' },
  report: { type: 'string' },
  lang: { type: 'string' },
  topology: { type: 'string' },
  assert: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

function read(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true, allowPositionals: false })
      .values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readInteger(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < low || value > high) {
    throw new UsageError(`--${name}: expected a whole number ${low}–${high}, got ${text}`);
  }
  return value;
}

function readSpeed(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0) || value > 10_000) {
    throw new UsageError(`--speed: expected a number above 0 and up to 10000, got ${text}`);
  }
  return value;
}

function readDuration(name: string, text: string): number {
  const parsed = durationSchema.safeParse(text);
  if (!parsed.success || parsed.data <= 0) {
    throw new UsageError(`--${name}: expected a duration such as 90s or 10m, got ${text}`);
  }
  return parsed.data;
}

function readUrl(name: string, text: string, protocol: RegExp, example: string): string {
  if (!URL.canParse(text) || !protocol.test(new URL(text).protocol)) {
    throw new UsageError(`--${name}: expected an address such as ${example}, got ${text}`);
  }
  return text;
}

function readRoot(text: string): string {
  if (text === PRODUCTION_ROOT) {
    throw new UsageError(`--root: ${text} is production's, where nothing simulated belongs`);
  }
  if (/^[^/+#$\s][^+#\s]*[^/+#\s]$/.test(text)) return text;
  throw new UsageError(`--root: expected a topic without + or #, got ${text}`);
}

function readStart(text: string): number {
  const ms = Date.parse(text);
  if (/(Z|[+-]\d\d:\d\d)$/.test(text) && ms >= Date.UTC(2020, 0, 1)) return ms;
  throw new UsageError(
    `--start: expected a time with its zone such as 2026-01-15T06:00:00Z, got ${text}`,
  );
}

function readLanguage(text: string): Language {
  const parsed = languageSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageError(`--lang: expected uk or en, got ${text}`);
}

/** The option under its name where it was given. */
function given<K extends string, T>(
  name: K,
  text: string | undefined,
  decode: (text: string) => T,
) {
  return (text === undefined ? {} : { [name]: decode(text) }) as { [key in K]?: T };
}

/** Reads the simulator's command line; throws `UsageError`. */
export function readSimulatorOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): SimulatorOptions {
  const values = read(args);
  const same = (text: string) => text;
  const options: SimulatorOptions = {
    ...given('url', values.url, (text) =>
      readUrl('url', text, /^(mqtts?|wss?):$/, 'mqtt://127.0.0.1:1883'),
    ),
    monitorUrl: readUrl('monitor', values.monitor ?? DEFAULT_MONITOR, /^https?:$/, DEFAULT_MONITOR),
    scenario: values.scenario,
    ...given('devices', values.devices, (text) => readInteger('devices', text, 1, 100_000)),
    ...given('durationSeconds', values.duration, (text) => readDuration('duration', text)),
    ...given('startMs', values.start, readStart),
    ...given('speed', values.speed, readSpeed),
    seed: readInteger('seed', values.seed, 0, 2 ** 32 - 1),
    connections: readInteger('connections', values.connections, 1, 1000),
    root: readRoot(values.root),
    ...given('out', values.out, same),
    ...given('report', values.report, same),
    language: readLanguage(values.lang ?? env.SVITLO_LANG ?? 'uk'),
    ...given('topologyFile', values.topology, same),
    isAssert: values.assert,
    isList: values.list,
    isHelp: values.help,
  };
  if (options.report !== undefined && !options.isAssert) {
    throw new UsageError('--report: expected --assert beside it: the page shows what was judged');
  }
  if (values.monitor !== undefined && !(options.isAssert && options.url !== undefined)) {
    throw new UsageError(
      '--monitor: expected --assert and --url beside it: without them another monitor is judged, or none',
    );
  }
  return options;
}
