import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.ts';
import { startMonitor } from '../../support/monitor.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/wait.ts';

/** A program that takes messages from the broker and stores them in InfluxDB, or passes alarms on. */
export interface Contestant {
  pid: number;
  /** Where it serves the live feed. */
  liveUrl?: string;
  end(): Promise<void>;
}

export type Start = (brokerUrl: string, influxUrl: string) => Promise<Contestant>;

/** The load's devices and those of the alarms stand in no configuration. */
const CONFIG = 'maxUnregistered: 20000\n';

export const startSvitlo: Start = (brokerUrl, influxUrl) => startWith(brokerUrl, influxUrl, {});

/** Svitlo with further variables in its environment. */
export async function startWith(
  brokerUrl: string,
  influxUrl: string,
  env: Record<string, string>,
): Promise<Contestant> {
  const folder = await tempFolder('bench');
  const config = join(folder.path, 'svitlo.yaml');
  await writeFile(config, CONFIG);
  const monitor = await startMonitor({
    SVITLO_MQTT_URL: brokerUrl,
    SVITLO_INFLUX_URL: `${influxUrl}/svitlo`,
    SVITLO_CONFIG: config,
    ...(process.env.BENCH_NODE_OPTIONS ? { NODE_OPTIONS: process.env.BENCH_NODE_OPTIONS } : {}),
    ...env,
  });
  return {
    pid: monitor.pid,
    liveUrl: monitor.url,
    end: async () => {
      const output = monitor.output();
      if (output !== '') process.stdout.write(output);
      await monitor.stop();
      await monitor[Symbol.asyncDispose]();
      await folder.remove();
    },
  };
}

export const startReference: Start = (brokerUrl, influxUrl) =>
  startProcess([join(import.meta.dirname, 'reference.ts'), brokerUrl, influxUrl], 'ready');

/** It stores nothing in InfluxDB. */
export const startRelay: Start = async (brokerUrl) => {
  const folder = await tempFolder('relay');
  const port = await freePort();
  const file = join(folder.path, 'alarm.db');
  const script = join(import.meta.dirname, 'relay.ts');
  const { pid, end } = await startProcess([script, brokerUrl, `${port}`, file], 'ready');
  return {
    pid,
    liveUrl: `http://127.0.0.1:${port}`,
    end: async () => {
      await end();
      await folder.remove();
    },
  };
};

/** Starts a Node program; it is ready when it has written the word. */
export async function startProcess(args: readonly string[], ready: string): Promise<Contestant> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output = (output + chunk).slice(-65_536);
    });
  }
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await until(
    () => {
      if (child.exitCode !== null) throw new Error(`it ended: ${output}`);
      return output.includes(ready);
    },
    { what: `${args[0]} to be ready`, timeoutMs: 60_000 },
  );
  return {
    pid: child.pid ?? 0,
    end: async () => {
      process.removeListener('exit', killAtExit);
      child.kill('SIGTERM');
      const lastResort = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(lastResort);
    },
  };
}
