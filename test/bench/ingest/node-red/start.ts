import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempFolder } from '../../../support/temp-folder.ts';
import { type Start, startProcess } from '../contestant.ts';
import { nodeRedFlow } from './flow.ts';
import { installNodeRed } from './install.ts';

/** Without editor and pages it listens nowhere; it asks nobody about updates and installs nothing. */
const SETTINGS = {
  uiHost: '127.0.0.1',
  httpAdminRoot: false,
  httpNodeRoot: false,
  flowFile: 'flows.json',
  telemetry: { enabled: false, updateNotification: false },
  externalModules: {
    autoInstall: false,
    palette: { allowInstall: false },
    modules: { allowInstall: false },
  },
  logging: { console: { level: 'info', metrics: false, audit: false } },
};

/** Node-RED with a flow of three nodes, on the Node that runs the product. */
export const startNodeRed: Start = async (brokerUrl, influxUrl) => {
  const home = await installNodeRed();
  const folder = await tempFolder('node-red');
  const flow = nodeRedFlow(new URL(brokerUrl), new URL(influxUrl));
  await writeFile(join(folder.path, 'flows.json'), JSON.stringify(flow));
  const settings = join(folder.path, 'settings.cjs');
  await writeFile(settings, `module.exports = ${JSON.stringify(SETTINGS)};\n`);
  await createDatabase(influxUrl);
  const script = join(home, 'node_modules/node-red/red.js');
  const args = [script, '--settings', settings, '--userDir', folder.path];
  const { pid, end } = await startProcess(args, 'Connected to broker');
  return {
    pid,
    end: async () => {
      await end();
      await folder.remove();
    },
  };
};

async function createDatabase(influxUrl: string): Promise<void> {
  const body = new URLSearchParams({ q: 'CREATE DATABASE svitlo' });
  const answer = await fetch(`${influxUrl}/query`, { method: 'POST', body });
  if (!answer.ok) throw new Error(`InfluxDB answered ${answer.status}`);
}
