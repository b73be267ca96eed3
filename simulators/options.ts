import { parseArgs } from 'node:util';
import { durationSchema } from '../src/contract/config.ts';
import { SIMULATION_ROOT } from '../src/contract/topic.ts';
import { isScenarioName, SCENARIO_NAMES, type ScenarioName } from './scenarios/scenario.ts';

export const USAGE = `Usage: npm run sim -- [options]

Publishes a simulated fleet of border crossings to an MQTT broker.

  --url mqtt://HOST:PORT   broker (default mqtt://127.0.0.1:1883; also mqtts, ws, wss); user name and
                           password from SVITLO_MQTT_USERNAME and SVITLO_MQTT_PASSWORD
  --scenario NAME          ${SCENARIO_NAMES.join(', ')} (default calm)
  --blackout-after T       when the first blackout begins (default 2m)
  --devices N              devices in all (default: the demo's fleet)
  --duration T             stop after this long, such as 90s or 10m (default: until Ctrl-C)
  --speed N                simulated seconds in a second (default 1)
  --seed N                 the same seed gives the same run (default 1)
  --connections N          MQTT connections that share the devices (default 1)
  --root TOPIC             topic root (default ${SIMULATION_ROOT})
  --topology FILE          write the fleet as a svitlo.yaml to FILE and end
  --help                   this text
`;

/** A command line that cannot be followed; the message says which option and what was expected. */
export class UsageError extends Error {}

export interface SimulatorOptions {
  url: string;
  scenario: ScenarioName;
  blackoutAfterSeconds: number;
  devices?: number;
  durationSeconds?: number;
  speed: number;
  seed: number;
  connections: number;
  root: string;
  topologyFile?: string;
  isHelp: boolean;
}

const flags = {
  url: { type: 'string', default: 'mqtt://127.0.0.1:1883' },
  scenario: { type: 'string', default: 'calm' },
  'blackout-after': { type: 'string', default: '2m' },
  devices: { type: 'string' },
  duration: { type: 'string' },
  speed: { type: 'string', default: '1' },
  seed: { type: 'string', default: '1' },
  connections: { type: 'string', default: '1' },
  root: { type: 'string', default: SIMULATION_ROOT },
  topology: { type: 'string' },
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
  if (text.trim() === '' || !(value > 0) || value > 1000) {
    throw new UsageError(`--speed: expected a number above 0 and up to 1000, got ${text}`);
  }
  return value;
}

function readDuration(name: string, text: string): number {
  const parsed = durationSchema.safeParse(text);
  if (!parsed.success) {
    throw new UsageError(`--${name}: expected a duration such as 90s or 10m, got ${text}`);
  }
  return parsed.data;
}

function readUrl(text: string): string {
  if (!URL.canParse(text) || !/^(mqtts?|wss?):$/.test(new URL(text).protocol)) {
    throw new UsageError(`--url: expected an address such as mqtt://127.0.0.1:1883, got ${text}`);
  }
  return text;
}

function readScenario(text: string): ScenarioName {
  if (isScenarioName(text)) return text;
  throw new UsageError(`--scenario: expected one of ${SCENARIO_NAMES.join(', ')}, got ${text}`);
}

function readRoot(text: string): string {
  if (/^[^/+#$\s][^+#\s]*[^/+#\s]$/.test(text)) return text;
  throw new UsageError(`--root: expected a topic without + or #, got ${text}`);
}

/** Reads the simulator's command line; throws `UsageError`. */
export function readSimulatorOptions(args: readonly string[]): SimulatorOptions {
  const values = read(args);
  const { devices, duration, topology } = values;
  return {
    url: readUrl(values.url),
    scenario: readScenario(values.scenario),
    blackoutAfterSeconds: readDuration('blackout-after', values['blackout-after']),
    ...(devices === undefined ? {} : { devices: readInteger('devices', devices, 1, 100_000) }),
    ...(duration === undefined ? {} : { durationSeconds: readDuration('duration', duration) }),
    speed: readSpeed(values.speed),
    seed: readInteger('seed', values.seed, 0, 2 ** 32 - 1),
    connections: readInteger('connections', values.connections, 1, 1000),
    root: readRoot(values.root),
    ...(topology === undefined ? {} : { topologyFile: topology }),
    isHelp: values.help,
  };
}
