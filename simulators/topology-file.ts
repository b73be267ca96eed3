import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stringify } from 'yaml';
import type { TopologySource } from './site/topology.ts';

const HEADING =
  ' Simulated fleet: places are real, telemetry is synthetic. Written by the simulator.';

/** The text of a `svitlo.yaml` with this topology. */
export function encodeTopologyFile(topology: TopologySource): string {
  return `#${HEADING}\n${stringify(topology, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}

/** Writes it beside and renames, so that a monitor that reloads on change never reads half a file. */
export async function writeTopologyFile(path: string, topology: TopologySource): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.part`, encodeTopologyFile(topology));
  await rename(`${path}.part`, path);
}
