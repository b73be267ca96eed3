import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { loadTopology } from '../../../src/config.ts';
import { topologySchema } from '../../../src/contract/config.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';

let folder: TempFolder | undefined;

afterEach(async () => {
  await folder?.remove();
});

/** What is said of a `svitlo.yaml` with this text, its path left out. */
async function faultOf(text: string): Promise<string> {
  folder = await tempFolder('topology');
  const file = join(folder.path, 'svitlo.yaml');
  await writeFile(file, text);
  try {
    loadTopology(file);
  } catch (error) {
    return String(error).replaceAll(file, 'svitlo.yaml');
  }
  return '';
}

test('the example is a configuration, and shows every key that there is', () => {
  const { sites, ...rest } = loadTopology(resolve('svitlo.example.yaml'));
  expect(sites.krakivets?.devices['scanner-1']).toEqual({
    kind: 'scanner',
    poweredBy: ['ups-1'],
    interval: 5,
    safeShutdown: 480,
    mobile: false,
    rated: { heaterHours: 10_000, chillerSetpoint: 28, flow: 20 },
  });
  expect(rest).toEqual({
    access: { session: { absolute: 57_600, idle: 50_400 }, localSignIn: true, oidcRoles: [] },
    thresholds: {
      onBatteryOffDelay: 60,
      rules: {
        MAINS_VOLT: {
          low: 207,
          high: 253,
          deadband: 5,
          onDelay: 60,
          offDelay: 60,
          severity: 'warning',
        },
        SC_DOSE: { limit: 2.5 },
      },
      kinds: { scanner: { GEN_FUEL: { enabled: false } } },
    },
    power: {
      offDelay: 30,
      commsGrace: 15,
      calibrationLimit: 10_800,
      selfTestLimit: 300,
      dischargeOnMains: 'voltage',
    },
    incidents: {
      siteWindow: 30,
      regionWindow: 120,
      groupWait: 10,
      updateEvery: 300,
      holdAfterSource: 60,
    },
    outages: { sustained: 300 },
    generators: {},
    maxUnregistered: 1000,
    timezone: 'Europe/Kyiv',
  });
  expect(Object.keys(sites.krakivets ?? {}).toSorted()).toEqual([
    'connectionMinutes',
    'devices',
    'exempt',
    'feeds',
    'lat',
    'lon',
    'name',
    'queue',
    'region',
    'thresholds',
  ]);
  const keys = new Set(
    Object.values(sites.krakivets?.devices ?? {}).flatMap((device) => Object.keys(device)),
  );
  expect([...keys].toSorted()).toEqual([
    'dischargeOnMains',
    'donor',
    'feed',
    'interval',
    'kind',
    'mobile',
    'poweredBy',
    'rated',
    'safeShutdown',
    'thresholds',
  ]);
});

test('the example deletes nothing, and shows how it would', async () => {
  const text = await readFile(resolve('svitlo.example.yaml'), 'utf8');
  const shown = text.replace(/^# retention:/m, 'retention:');
  folder = await tempFolder('topology');
  const file = join(folder.path, 'svitlo.yaml');
  await writeFile(file, shown);
  const day = 86_400;
  expect(loadTopology(file).retention).toEqual({
    raw: 180 * day,
    minute: 730 * day,
    hour: 3650 * day,
  });
});

test('an empty file is a configuration without sites', async () => {
  expect(await faultOf('')).toBe('');
  expect(await faultOf('# nothing yet\n')).toBe('');
});

const NAME = 'name: {uk: А, en: A}';

describe('a fault is named with line, path and what was expected', () => {
  test.each([
    [
      'a scanner fed by nobody',
      `sites:\n  a:\n    ${NAME}\n    devices:\n      s: {kind: scanner, poweredBy: [ups-9]}\n`,
      'svitlo.yaml:5: sites.a.devices.s.poweredBy.0: ups-9 is not there: expected a ups of this site',
    ],
    [
      'a scanner fed by a scanner',
      `sites:\n  a:\n    ${NAME}\n    devices:\n      s: {kind: scanner, poweredBy: [s]}\n`,
      'svitlo.yaml:5: sites.a.devices.s.poweredBy.0: s is not there: expected a ups of this site',
    ],
    [
      'an unknown feed',
      `sites:\n  a:\n    ${NAME}\n    feeds: {main: {}}\n    devices:\n      u: {kind: ups, feed: constructor}\n`,
      "svitlo.yaml:6: sites.a.devices.u.feed: constructor is not there: expected one of this site's feeds",
    ],
    [
      'a name that no topic can carry',
      `sites:\n  Main_Site:\n    ${NAME}\n`,
      'svitlo.yaml:2: sites.Main_Site: expected 1–63 of a–z, 0–9 and -',
    ],
    [
      'an unknown kind',
      `sites:\n  a:\n    ${NAME}\n    devices:\n      g: {kind: generator}\n`,
      'svitlo.yaml:5: sites.a.devices.g.kind: Invalid option: expected one of "ups"|"scanner"|"power"',
    ],
    [
      'a name in one language',
      'sites:\n  a:\n    name: {uk: А}\n',
      'svitlo.yaml:3: sites.a.name.en: Invalid input: expected string',
    ],
    ['a list of sites', 'sites:\n  - a\n', 'svitlo.yaml:1: sites: Invalid input: expected record'],
    [
      'a time zone that is none',
      'timezone: Kyiv\n',
      'svitlo.yaml:1: timezone: expected a time zone of the IANA database such as Europe/Kyiv',
    ],
    [
      'half an hour where months were meant',
      'retention:\n  raw: 30m\n',
      'svitlo.yaml:2: retention.raw: expected 1d or more, such as 90d',
    ],
    [
      'minutes kept shorter than their points',
      'retention:\n  raw: 90d\n  minute: 30d\n',
      'svitlo.yaml:3: retention.minute: expected it no shorter than raw',
    ],
    [
      'hours kept shorter than their minutes',
      'retention: {raw: 1d, minute: 30d, hour: 2d}\n',
      'svitlo.yaml:1: retention.hour: expected it no shorter than minute',
    ],
    [
      'hours kept shorter than the points',
      'retention: {raw: 30d, hour: 2d}\n',
      'svitlo.yaml:1: retention.hour: expected it no shorter than raw',
    ],
    ['a key twice', 'sites: {}\nsites: {}\n', 'svitlo.yaml:2: Map keys must be unique'],
    ['an alias that leads nowhere', 'sites: *nothing\n', 'svitlo.yaml: Unresolved alias'],
  ])('%s', async (_, text, fault) => {
    expect(await faultOf(text)).toContain(fault);
  });

  test('every fault at once, a line each', async () => {
    const text = `sites:\n  a:\n    ${NAME}\n    queue: "7.1"\n    lat: 91\n`;
    expect((await faultOf(text)).match(/svitlo\.yaml:\d+/g)).toEqual([
      'svitlo.yaml:5',
      'svitlo.yaml:4',
    ]);
  });
});

test('a site or device may be called as a key that every object inherits', () => {
  const { sites } = topologySchema.parse({ sites: { a: { name: { uk: 'А', en: 'A' } } } });
  expect(sites.constructor).toBeUndefined();
  expect(sites.a?.devices.constructor).toBeUndefined();
});
