import { writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';

/** A `svitlo.yaml` with sites `site-1…n`, a UPS and a scanner fed by it each; 5 s intervals. */
export async function writeTopology(file: string, sites: number): Promise<void> {
  const all: Record<string, unknown> = {};
  for (let index = 1; index <= sites; index += 1) {
    all[`site-${index}`] = {
      name: { uk: `Об'єкт ${index}`, en: `Site ${index}` },
      devices: {
        'ups-1': { kind: 'ups', interval: '5s' },
        'scanner-1': { kind: 'scanner', interval: '5s', poweredBy: ['ups-1'] },
      },
    };
  }
  await writeFile(file, stringify({ sites: all }));
}
