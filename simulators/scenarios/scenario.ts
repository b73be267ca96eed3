import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Topology, topologySchema } from '../../src/contract/config.ts';
import { readYaml } from '../../src/yaml-file.ts';
import { demoTopology, growTopology, type TopologySource } from '../site/topology.ts';
import { type ScenarioFile, scenarioSchema } from './scenario-schema.ts';
import { ScenarioError } from './timeline.ts';

const folder = import.meta.dirname;
const EXTENSION = '.yaml';

/** A scenario as its file has it, with its name. */
export interface Scenario extends ScenarioFile {
  name: string;
}

/** The scenarios that come with Svitlo, by name. */
export function scenarioNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => basename(file, EXTENSION))
    .sort();
}

/** Loads a scenario by its name, or from a file of one's own. Throws `ScenarioError`. */
export function loadScenario(name: string): Scenario {
  const isFile = /\.ya?ml$/.test(name);
  const file = isFile ? name : join(folder, `${name}${EXTENSION}`);
  if (!isFile && (!/^[a-z0-9-]+$/.test(name) || !existsSync(file))) {
    throw new ScenarioError(
      `--scenario: expected one of ${scenarioNames().join(', ')}, or a file.yaml; got ${name}`,
    );
  }
  const answer = readYaml(file, scenarioSchema);
  if (!answer.ok) throw new ScenarioError(`wrong scenario\n  ${answer.faults.join('\n  ')}`);
  return { ...answer.value, name: isFile ? basename(name).replace(/\.ya?ml$/, '') : name };
}

/** The fleet that a scenario is played on, as a `svitlo.yaml` and as its content. */
export function fleetOf(
  { fleet }: ScenarioFile,
  deviceCount = fleet.devices,
): { source: TopologySource; topology: Topology } {
  const source = demoTopology();
  const sites = source.sites ?? {};
  for (const id of fleet.sites ?? []) {
    if (sites[id] === undefined) {
      const known = Object.keys(sites).join(', ');
      throw new ScenarioError(`fleet.sites: expected some of ${known}; got ${id}`);
    }
  }
  for (const [id, site] of Object.entries(sites)) {
    if (fleet.sites !== undefined && !fleet.sites.includes(id)) delete sites[id];
    for (const device of Object.values(site.devices ?? {})) {
      if (fleet.interval !== undefined) device.interval = `${fleet.interval}s`;
    }
  }
  const interval = fleet.interval === undefined ? {} : { interval: `${fleet.interval}s` };
  const grown = deviceCount === undefined ? source : growTopology(source, deviceCount, interval);
  return { source: grown, topology: topologySchema.parse(grown) };
}
