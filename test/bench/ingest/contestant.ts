import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { startMonitor } from '../../support/monitor.ts';
import { until } from '../../support/wait.ts';

/** A program that takes messages from the broker and stores them in InfluxDB. */
export interface Contestant {
  pid: number;
  end(): Promise<void>;
}

export type Start = (brokerUrl: string, influxUrl: string) => Promise<Contestant>;

export const startSvitlo: Start = async (brokerUrl, influxUrl) => {
  const monitor = await startMonitor({
    SVITLO_MQTT_URL: brokerUrl,
    SVITLO_INFLUX_URL: `${influxUrl}/svitlo`,
    ...(process.env.BENCH_NODE_OPTIONS ? { NODE_OPTIONS: process.env.BENCH_NODE_OPTIONS } : {}),
  });
  return {
    pid: monitor.pid,
    end: async () => {
      const output = monitor.output();
      if (output !== '') process.stdout.write(output);
      await monitor.stop();
      await monitor[Symbol.asyncDispose]();
    },
  };
};

export const startReference: Start = (brokerUrl, influxUrl) =>
  startProcess([join(import.meta.dirname, 'reference.ts'), brokerUrl, influxUrl], 'ready');

/** Starts a Node program; it is ready when it has written the word. */
export async function startProcess(args: readonly string[], ready: string): Promise<Contestant> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
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
      child.kill('SIGTERM');
      const lastResort = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(lastResort);
    },
  };
}
