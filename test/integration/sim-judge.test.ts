import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PASSWORD } from '../support/access-desk.ts';
import { freePort } from '../support/free-port.ts';
import { startInfluxd } from '../support/influxd.ts';
import { type Monitor, startMonitor } from '../support/monitor.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { type Plant, plantFault } from '../support/planted.ts';
import { runCommand } from '../support/run-command.ts';
import { simulate } from '../support/simulate.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';

const MINUTES = 120_000;
const BLACKOUT = ['--scenario', 'blackout', '--duration', '8m', '--assert'];

let folder: TempFolder;

beforeEach(async () => {
  folder = await tempFolder('sim');
});

afterEach(() => folder.remove());

async function writeTopology(scenario: string): Promise<string> {
  const file = join(folder.path, 'svitlo.yaml');
  expect((await simulate(['--scenario', scenario, '--topology', file])).status).toBe(0);
  return file;
}

async function verdict() {
  return JSON.parse(await readFile(join(folder.path, 'verdict.json'), 'utf8'));
}

/** The quick part of the corpus; `npm run sim:all` plays all of it. */
const QUICK = [
  'blackout',
  'sag-swell',
  'flapping',
  'bypass-outage',
  'wrong-clock',
  'wire-faults',
  'reconnect-storm',
  'exhaustion',
];

describe('the monitor is right', () => {
  test.each(QUICK)('in %s', { timeout: MINUTES }, async (scenario) => {
    const report = join(folder.path, 'report.html');
    const run = await simulate([
      '--scenario',
      scenario,
      '--assert',
      '--out',
      folder.path,
      '--report',
      report,
    ]);
    expect(run.stdout).toContain(`RIGHT: ${scenario}, seed 1, lock-step`);
    expect(run.status).toBe(0);
    const { checks, status } = await verdict();
    expect(status).toBe('right');
    const judged = checks.filter((check: { outcome: string }) => check.outcome === 'right');
    expect(judged.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['interruptions.missed', 'states.wrong', 'points.missing']),
    );
    expect(await readFile(join(folder.path, 'junit.xml'), 'utf8')).toContain('failures="0"');
    expect(await readFile(report, 'utf8')).toContain('<svg');
  });
});

interface Planted extends Plant {
  name: string;
  blamed: string;
}

const plants: Planted[] = [
  {
    name: 'an alarm rule that is switched off',
    file: 'src/domain/rule/ups.ts',
    from: 'evaluator: () => onBattery,',
    to: "evaluator: () => () => ({ truth: 'inactive', reason: 'returned_to_mains' }),",
    blamed: 'interruptions.missed',
  },
  {
    name: 'points that are dropped',
    file: 'src/pipeline/ingest.ts',
    from: 'if (sample.isRetained && !sample.hasOwnTime) return undefined;',
    to: 'if (sample.seq === 40 || (sample.isRetained && !sample.hasOwnTime)) return undefined;',
    blamed: 'points.missing',
  },
  {
    name: 'points with a wrong value',
    file: 'src/domain/line-protocol.ts',
    from: "if (typeof value !== 'string') return String(value);",
    to: "if (typeof value !== 'string') return String(value === 230 ? 231 : typeof value === 'number' ? Math.round(value) : value);",
    blamed: 'points.wrong',
  },
  {
    name: 'an alarm that is cleared late',
    file: 'src/domain/rule/ups.ts',
    from: "severity: 'major', kinds, onDelay: 0, offDelay: 60, metric",
    to: "severity: 'major', kinds, onDelay: 0, offDelay: 75, metric",
    blamed: 'alarm.clear.late',
  },
  {
    name: 'an alarm that is cleared early',
    file: 'src/domain/rule/ups.ts',
    from: "severity: 'major', kinds, onDelay: 0, offDelay: 60, metric",
    to: "severity: 'major', kinds, onDelay: 0, offDelay: 5, metric",
    blamed: 'alarm.clear.early',
  },
  {
    name: 'a false alarm',
    file: 'src/domain/watch/ups-input.ts',
    from: "if (flags.has('OB')) {\n    if (isTestRunning",
    to: "if (flags.has('OB') || flags.has('CHRG')) {\n    if (isTestRunning",
    blamed: 'interruptions.false',
  },
  {
    name: 'a source of power that is wrong',
    file: 'src/domain/power-source.ts',
    from: "if (input === 'lost') return flags.has('LB') ? 'low' : 'battery';",
    to: "if (input === 'lost') return 'mains';",
    blamed: 'states.wrong',
  },
  {
    name: 'an alarm that is not pushed to the page',
    file: 'src/pipeline/alarm-desk.ts',
    from: 'if (alarms.length > 0) live.alarmsChanged(alarms);',
    to: 'void alarms;',
    blamed: 'live.missed',
  },
  {
    name: 'a region of which every site is an incident of its own',
    file: 'src/domain/incident/area.ts',
    from: 'const REGION_SITES = 3;',
    to: 'const REGION_SITES = 30;',
    blamed: 'incidents.tops',
  },
  {
    name: 'people who are told twice as if it were new',
    file: 'src/domain/incident/intents.ts',
    from: 'board.intents.push({',
    to: 'board.intents.push({ id: incident.id, incidentId: incident.id, revision: 1, kind, at: now }, {',
    blamed: 'notifications',
  },
];

describe('the judge finds', () => {
  test.each(plants)('$name', { timeout: MINUTES }, async (plant) => {
    await using home = await plantFault(plant);
    const brokerPort = await freePort();
    const settings = {
      SVITLO_SIM_CLOCK: '1',
      SVITLO_TOPIC_ROOT: 'svitlo-sim/v1',
      SVITLO_BROKER_PORT: `${brokerPort}`,
      SVITLO_CONFIG: await writeTopology('blackout'),
    };
    await using monitor = await startMonitor(settings, '/readyz', home.path);
    const place = ['--url', `mqtt://127.0.0.1:${brokerPort}`, '--monitor', monitor.url];
    const run = await simulate([...BLACKOUT, ...place, '--out', folder.path]);
    expect(run.status).toBe(1);
    expect(run.stdout).toMatch(/WRONG: blackout/);
    const { checks } = await verdict();
    const wrong = checks.filter((check: { outcome: string }) => check.outcome === 'wrong');
    expect(wrong.map(({ name }: { name: string }) => name)).toContain(plant.blamed);
    const blamed = wrong.find(({ name }: { name: string }) => name === plant.blamed);
    expect(blamed.examples.length).toBeGreaterThan(0);
    expect(run.stdout).toContain(blamed.examples[0]);
    expect(await readFile(join(folder.path, 'junit.xml'), 'utf8')).toContain(
      `name="${plant.blamed}"`,
    );
  });

  test('a monitor that ends in the middle', { timeout: MINUTES }, async () => {
    await using home = await plantFault({
      file: 'src/pipeline/tick.ts',
      from: 'desk.tick(now);',
      to: "desk.tick(now);\n    if (before > Date.parse('2026-01-15T06:03:00Z')) throw new Error('planted');",
    });
    const brokerPort = await freePort();
    const settings = {
      SVITLO_SIM_CLOCK: '1',
      SVITLO_TOPIC_ROOT: 'svitlo-sim/v1',
      SVITLO_BROKER_PORT: `${brokerPort}`,
      SVITLO_CONFIG: await writeTopology('blackout'),
    };
    await using monitor = await startMonitor(settings, '/readyz', home.path);
    const place = ['--url', `mqtt://127.0.0.1:${brokerPort}`, '--monitor', monitor.url];
    const run = await simulate([...BLACKOUT, ...place, '--out', folder.path]);
    expect(run.status).toBe(1);
    expect(run.stdout).toMatch(/WRONG: blackout.*no answer/);
  });
});

describe('a monitor that runs already', () => {
  test('is judged in lock-step through Mosquitto and InfluxDB', { timeout: MINUTES }, async () => {
    await using broker = await startMosquitto();
    await using influx = await startInfluxd();
    await using monitor = await startMonitor({
      SVITLO_SIM_CLOCK: '1',
      SVITLO_TOPIC_ROOT: 'svitlo-sim/v1',
      SVITLO_MQTT_URL: broker.url,
      SVITLO_INFLUX_URL: `${influx.url}/svitlo`,
      SVITLO_CONFIG: await writeTopology('blackout'),
    });
    const place = ['--url', broker.url, '--monitor', monitor.url, '--out', folder.path];
    const run = await simulate([...BLACKOUT, ...place]);
    expect(run.stdout).toContain('RIGHT: blackout, seed 1, lock-step');
    expect(run.status).toBe(0);
  });

  test('on the real clock is judged in real time', { timeout: MINUTES }, async () => {
    const brokerPort = await freePort();
    await using monitor = await startMonitor({
      SVITLO_TOPIC_ROOT: 'svitlo-sim/v1',
      SVITLO_BROKER_PORT: `${brokerPort}`,
      SVITLO_CONFIG: await writeTopology('calm'),
    });
    const place = ['--url', `mqtt://127.0.0.1:${brokerPort}`, '--monitor', monitor.url];
    const run = await simulate(['--assert', '--duration', '12s', ...place, '--out', folder.path]);
    expect(run.stdout).toContain('calm, seed 1, real time');
    expect(run.status).toBe(0);
    const faster = await simulate(['--assert', '--speed', '5', ...place, '--out', folder.path]);
    expect(faster.stderr).toContain('expected one with SVITLO_SIM_CLOCK=1');
    expect(faster.status).toBe(2);
  });
});

describe('a monitor with accounts', () => {
  test('is judged by whoever has a token', { timeout: MINUTES }, async () => {
    const brokerPort = await freePort();
    await using monitor = await startMonitor({
      SVITLO_TOPIC_ROOT: 'svitlo-sim/v1',
      SVITLO_BROKER_PORT: `${brokerPort}`,
      SVITLO_CONFIG: await writeTopology('calm'),
    });
    await runUser(monitor, ['add', 'olena', '--role', 'administrator'], `${PASSWORD}\n`);
    const added = await runUser(monitor, ['token', 'add', 'judge', '--permission', 'see']);
    const [token = ''] = added.stdout.split('\n');
    await until(async () => (await sitesBy(monitor, token)).ok, { what: 'the token to count' });
    const place = ['--url', `mqtt://127.0.0.1:${brokerPort}`, '--monitor', monitor.url];
    const run = ['--assert', '--duration', '12s', ...place, '--out', folder.path];
    const stranger = await simulate(run);
    expect(stranger.stdout + stranger.stderr).toContain('SVITLO_MONITOR_TOKEN');
    expect(stranger.status).not.toBe(0);
    const known = await simulate(run, { SVITLO_MONITOR_TOKEN: token });
    expect(known.stdout).toContain('RIGHT: calm, seed 1, real time');
    expect(known.status).toBe(0);
  });

  function sitesBy({ url }: Monitor, token: string): Promise<Response> {
    return fetch(`${url}/api/v1/sites`, { headers: { authorization: `Bearer ${token}` } });
  }

  function runUser({ dataDir }: Monitor, words: string[], input = '') {
    const command = resolve(import.meta.dirname, '../../src/command/user.ts');
    return runCommand(process.execPath, [command, ...words, '--data', dataDir], { input });
  }
});

describe('the exit status', () => {
  test('is 2 for a command line or scenario that cannot be followed', async () => {
    expect((await simulate(['--nonsense'])).status).toBe(2);
    const unknown = await simulate(['--scenario', 'storm']);
    expect(unknown.stderr).toContain('expected one of');
    expect(unknown.status).toBe(2);
  });

  test('is 3 where nobody listens', async () => {
    const place = ['--url', `mqtt://127.0.0.1:${await freePort()}`, '--out', folder.path];
    const run = await simulate(['--assert', ...place]);
    expect(run.stderr).toContain('ECONNREFUSED');
    expect(run.status).toBe(3);
  });

  test('is 0 for the list of scenarios, in the language of the reader', async () => {
    const uk = await simulate(['--list'], { SVITLO_LANG: 'uk' });
    expect(uk.stdout).toMatch(/flapping +Нестабільна мережа/);
    const en = await simulate(['--list', '--lang', 'en']);
    expect(en.stdout).toMatch(/flapping +An unstable grid/);
    expect(en.status).toBe(0);
  });
});

test('two runs with the same seed and start tell the same truth', {
  timeout: MINUTES,
}, async () => {
  const truths: string[] = [];
  for (const name of ['first', 'second']) {
    const out = join(folder.path, name);
    const run = await simulate([
      '--scenario',
      'reconnect-storm',
      '--assert',
      '--seed',
      '7',
      '--out',
      out,
    ]);
    expect(run.status).toBe(0);
    truths.push(await readFile(join(out, 'truth.jsonl'), 'utf8'));
  }
  expect(truths[0]).toContain('"fault":"half_open"');
  expect(truths[1]).toBe(truths[0]);
});

test('two runs in real time publish the same bytes', { timeout: MINUTES }, async () => {
  await using broker = await startMosquitto();
  const listener = await connectAsync(broker.url);
  const received: string[] = [];
  listener.on('message', (topic, payload) => received.push(`${topic} ${payload}`));
  await listener.subscribeAsync('svitlo-sim/v1/#', { qos: 1 });
  const runs: { published: string; truth: string }[] = [];
  for (const name of ['first', 'second']) {
    received.length = 0;
    const out = join(folder.path, name);
    const place = ['--url', broker.url, '--out', out, '--duration', '6s', '--speed', '3'];
    const start = ['--start', '2026-01-16T06:00:00Z', '--scenario', 'flood'];
    const run = await simulate([...start, ...place]);
    const count = Number(/Published (\d+) messages/.exec(run.stdout)?.[1]);
    await until(() => received.length === count, { what: `${count} messages` });
    // Connections race each other; what a device says keeps its order.
    const published = received.toSorted((a, b) => topicOf(a).localeCompare(topicOf(b)));
    runs.push({
      published: published.join('\n'),
      truth: await readFile(join(out, 'truth.jsonl'), 'utf8'),
    });
  }
  await listener.endAsync();
  expect(runs[0]?.published.length).toBeGreaterThan(100_000);
  expect(runs[1]).toEqual(runs[0]);
});

function topicOf(line: string): string {
  return line.slice(0, line.indexOf(' '));
}
