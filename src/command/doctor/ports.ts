import { createServer } from 'node:net';
import { VARIABLES } from '../../config.ts';
import type { Settings } from '../../contract/config.ts';
import { type Check, find, type Outcome, reasonOf } from './check.ts';
import { isMonitorRunning } from './monitor-beside.ts';

interface Port {
  setting: string;
  host: string;
  port: number;
}

function portsOf(settings: Settings): Port[] {
  const { httpHost, httpPort, brokerHost, brokerPort, mqttUrl } = settings;
  const http = { setting: VARIABLES.httpPort, host: httpHost, port: httpPort };
  const broker = { setting: VARIABLES.brokerPort, host: brokerHost, port: brokerPort };
  return (mqttUrl === undefined ? [http, broker] : [http]).filter(({ port }) => port !== 0);
}

/** Free, or the running monitor's own. */
export const ports: Check = {
  name: 'ports',
  timeoutSeconds: 10,
  run: async ({ settings }, outcome) => {
    const isRunning = await isMonitorRunning(settings);
    for (const port of portsOf(settings)) await look(port, isRunning, outcome);
  },
};

async function look({ setting, host, port }: Port, isRunning: boolean, outcome: Outcome) {
  const error = await tryToListen(host.replace(/^\[(.*)\]$/, '$1'), port);
  if (error === undefined) return;
  if (error.code !== 'EADDRINUSE')
    find(outcome, 'port_unusable', { setting, port, reason: reasonOf(error) });
  else if (!isRunning) find(outcome, 'port_taken', { setting, port });
}

function tryToListen(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
