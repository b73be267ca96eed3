import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { demoTopology } from '../../../simulators/site/topology.ts';
import { encodeTopologyFile } from '../../../simulators/topology-file.ts';
import { topologySchema } from '../../../src/contract/config.ts';

describe('demo topology', () => {
  const { sites } = topologySchema.parse(parse(encodeTopologyFile(demoTopology())));

  it('is a valid svitlo.yaml of 29 sites', () => {
    expect(Object.keys(sites)).toHaveLength(29);
    expect(sites.krakivets).toMatchObject({
      name: { uk: 'Краківець', en: 'Krakivets' },
      region: 'lviv',
      lat: 49.96,
      lon: 23.12,
      queue: '3.1',
      connectionMinutes: 20,
    });
    expect(sites.krakivets?.devices['ups-1']).toMatchObject({ interval: 5, feed: 'main' });
  });

  it('has a UPS and a scanner at every site, each scanner on UPSs of its own site', () => {
    for (const { devices } of Object.values(sites)) {
      const all = Object.values(devices);
      expect(all.filter(({ kind }) => kind === 'ups').length).toBeGreaterThan(0);
      const scanners = all.filter(({ kind }) => kind === 'scanner');
      expect(scanners.length).toBeGreaterThan(0);
      for (const { poweredBy = [] } of scanners) {
        expect(poweredBy.length).toBeGreaterThan(0);
        for (const name of poweredBy) expect(devices[name]?.kind).toBe('ups');
      }
    }
  });

  it('has 60 to 75 devices', () => {
    const count = Object.values(sites).reduce(
      (sum, { devices }) => sum + Object.keys(devices).length,
      0,
    );
    expect(count).toBeGreaterThanOrEqual(60);
    expect(count).toBeLessThanOrEqual(75);
  });
});
