import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SIMULATION_ROOT } from '../../src/contract/topic.ts';
import type { TopologySource } from '../site/topology.ts';
import { writeTopologyFile } from '../topology-file.ts';
import { MonitorProcess } from './monitor-process.ts';
import { freePort } from './port.ts';

const repository = resolve(import.meta.dirname, '../..');

export interface OwnMonitor {
  brokerUrl: string;
  httpUrl: string;
  /** Resolves with the exit code when it has ended by itself. */
  ended: Promise<number | null>;
  stop(): Promise<void>;
}

/** A monitor of our own on free loopback ports: it follows the simulated clock and leaves nothing behind. */
export async function startOwnMonitor(topology: TopologySource): Promise<OwnMonitor> {
  const folder = await mkdtemp(join(tmpdir(), 'svitlo-sim-'));
  const config = join(folder, 'svitlo.yaml');
  await writeTopologyFile(config, topology);
  const [httpPort, brokerPort] = [await freePort(0), await freePort(0)];
  const monitor = new MonitorProcess(repository, {
    PATH: process.env.PATH,
    SVITLO_SIM_CLOCK: '1',
    SVITLO_TOPIC_ROOT: SIMULATION_ROOT,
    SVITLO_CONFIG: config,
    SVITLO_DATA_DIR: join(folder, 'data'),
    SVITLO_HTTP_PORT: `${httpPort}`,
    SVITLO_BROKER_PORT: `${brokerPort}`,
    SVITLO_LOG_LEVEL: 'error',
  });
  // However this process goes, neither the monitor nor its folder stays behind.
  const abandon = () => {
    monitor.kill();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', abandon);
  const stop = async () => {
    await monitor.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    process.off('exit', abandon);
  };
  const httpUrl = `http://127.0.0.1:${httpPort}`;
  try {
    await monitor.untilHealthy(httpUrl);
  } catch (error) {
    await stop();
    throw error;
  }
  return { brokerUrl: `mqtt://127.0.0.1:${brokerPort}`, httpUrl, ended: monitor.ended, stop };
}
