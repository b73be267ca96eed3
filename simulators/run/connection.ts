import type { Topology } from '../../src/contract/config.ts';
import { encodeTopic } from '../../src/contract/topic.ts';
import type { SimulatorOptions } from '../options.ts';
import type { OwnConnection, PublisherOptions } from '../publisher.ts';
import type { Effect } from '../scenarios/timeline.ts';

interface ConnectionInput {
  options: SimulatorOptions;
  planned: readonly Effect[];
  topology: Topology;
}

/** How a run connects: how many share, and which devices have a connection of their own. */
export function publisherOptions({
  options,
  planned,
  topology,
}: ConnectionInput): Pick<PublisherOptions, 'connections' | 'own' | 'username' | 'password'> {
  const { SVITLO_MQTT_USERNAME: username, SVITLO_MQTT_PASSWORD: password } = process.env;
  const count = Object.values(topology.sites).reduce(
    (sum, { devices }) => sum + Object.keys(devices).length,
    0,
  );
  return {
    // In lock-step messages and the time must keep their order, so they share a connection.
    connections: options.isAssert ? 1 : Math.min(options.connections, Math.max(1, count)),
    own: ownConnections(planned, topology, options.root),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
}

/** Devices that lose their connection in this run: each has one of its own, with its will. */
function ownConnections(
  effects: readonly Effect[],
  topology: Topology,
  root: string,
): OwnConnection[] {
  const own = new Map<string, OwnConnection>();
  for (const { action, site, device = '' } of effects) {
    const isLost =
      action.name === 'reconnects' || (action.name === 'link' && action.setting.lost !== 'silent');
    const kind = topology.sites[site]?.devices[device]?.kind;
    if (!isLost || kind === undefined) continue;
    const topic = encodeTopic(root, { site, kind, device, channel: 'state' });
    own.set(`${site}/${device}`, { device: `${site}/${device}`, topic });
  }
  return [...own.values()];
}
