import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadTopology } from '../../src/config.ts';
import { METRICS } from '../../src/contract/metric.ts';
import { requireCommand } from '../support/installed.ts';
import { runCommand } from '../support/run-command.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFile(join(root, path), 'utf8');

interface Service {
  image: string;
  ports?: (string | { published: string | number })[];
  network_mode?: string;
  read_only?: boolean;
  user?: string;
  cap_drop?: string[];
  tmpfs?: string[];
  security_opt?: string[];
  profiles?: string[];
  command?: string[];
  secrets?: (string | { source: string })[];
  environment?: Record<string, string>;
}

interface Compose {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
}

describe('docker-compose.yml', () => {
  let compose: Compose;
  beforeAll(async () => {
    compose = parse(await read('docker-compose.yml')) as Compose;
  });

  test('is accepted by docker-compose, with and without Prometheus and Grafana', async () => {
    const command = requireCommand('docker-compose');
    const plain = await runCommand(command, ['config', '--quiet'], { cwd: root });
    expect(plain).toMatchObject({ status: 0, stderr: '' });
    const args = ['--profile', 'grafana', 'config', '--services'];
    const all = await runCommand(command, args, { cwd: root });
    expect(all.stdout.trim().split('\n').toSorted()).toEqual([
      'grafana',
      'influxdb',
      'mosquitto',
      'prometheus',
      'svitlo',
    ]);
  });

  test('pins every image to a whole version', () => {
    for (const { image } of Object.values(compose.services)) {
      expect(image).toMatch(/^[a-z-]+(\/[a-z-]+)?:v?\d+\.\d+\.\d+$/);
    }
  });

  test('publishes on loopback alone, and what shares the host’s network listens there', () => {
    for (const { ports = [] } of Object.values(compose.services)) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    }
    const { svitlo, prometheus, grafana } = compose.services;
    const onHost = Object.entries(compose.services).filter(([, one]) => one.network_mode);
    expect(onHost.map(([name]) => name)).toEqual(['svitlo', 'prometheus', 'grafana']);
    for (const [, one] of onHost) expect(one.network_mode).toBe('host');
    expect(svitlo?.environment?.SVITLO_HTTP_HOST).toBe('127.0.0.1');
    expect(prometheus?.command).toContain('--web.listen-address=127.0.0.1:9090');
    expect(grafana?.environment?.GF_SERVER_HTTP_ADDR).toBe('127.0.0.1');
  });

  test('no service is root, has a capability, or writes to its image', () => {
    for (const one of Object.values(compose.services)) {
      expect(one.user).toMatch(/^[1-9]\d*:\d+$/);
      expect(one.read_only).toBe(true);
      expect(one.cap_drop).toEqual(['ALL']);
      expect(one.security_opt).toEqual(['no-new-privileges:true']);
      expect(one.tmpfs ?? ['/tmp']).toEqual(['/tmp']);
    }
    const { prometheus, grafana } = compose.services;
    expect([prometheus?.profiles, grafana?.profiles]).toEqual([['grafana'], ['grafana']]);
  });

  test('Prometheus asks Svitlo where it listens, and Grafana both where they do', async () => {
    const { svitlo, prometheus, influxdb } = compose.services;
    type Scrapes = { scrape_configs: { static_configs: { targets: string[] }[] }[] };
    const { scrape_configs } = parse(await read('deploy/prometheus/prometheus.yml')) as Scrapes;
    const { SVITLO_HTTP_HOST: host, SVITLO_HTTP_PORT: port } = svitlo?.environment ?? {};
    const targets = scrape_configs.flatMap((job) => job.static_configs.map((one) => one.targets));
    expect(targets).toEqual([[`${host}:${port}`]]);

    const folder = 'deploy/grafana/provisioning/datasources';
    type Sources = { datasources: { uid: string; type: string; url: string }[] };
    const sources: Sources['datasources'] = [];
    for (const name of await readdir(join(root, folder)))
      sources.push(...(parse(await read(`${folder}/${name}`)) as Sources).datasources);
    const listening = prometheus?.command?.find((one) => one.startsWith('--web.listen-address='));
    expect(influxdb?.ports).toEqual(['127.0.0.1:8086:8086']);
    expect(sources.map(({ uid, type, url }) => [uid, type, url]).toSorted()).toEqual([
      ['svitlo', 'influxdb', 'http://127.0.0.1:8086'],
      ['svitlo-metrics', 'prometheus', `http://${listening?.split('=')[1]}`],
    ]);
  });

  test('Prometheus shows Svitlo a token of a secret file that the owner may write anew', async () => {
    type Scrapes = { scrape_configs: { authorization?: { credentials_file: string } }[] };
    const { scrape_configs } = parse(await read('deploy/prometheus/prometheus.yml')) as Scrapes;
    const files = scrape_configs.map((job) => job.authorization?.credentials_file);
    expect(files).toEqual(['/run/secrets/metrics_token']);
    expect(compose.services.prometheus?.secrets).toEqual(['metrics_token']);
  });

  test('carries no password: each comes from a secret file that make-secrets.sh makes', async () => {
    const folder = await tempFolder('secrets');
    const env = {
      SVITLO_SECRETS_DIR: folder.path,
      PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin`,
    };
    const script = join(root, 'deploy/make-secrets.sh');
    expect(await runCommand(script, [], { env })).toMatchObject({ status: 0, stderr: '' });
    const made = (await readdir(folder.path)).toSorted();
    expect(made).toEqual(Object.keys(compose.secrets).toSorted());
    const before = await readFile(join(folder.path, 'mosquitto_passwd'), 'utf8');
    expect(before).toMatch(/^monitor:\$7\$/);
    for (const name of made) expect((await stat(join(folder.path, name))).size).toBeGreaterThan(0);

    expect((await stat(join(folder.path, 'metrics_token'))).mode & 0o777).toBe(0o644);

    const again = await runCommand(script, [], { env });
    expect(again.stdout.trim().split('\n')).toHaveLength(made.length);
    expect(again.stdout).not.toContain('created');
    expect(await readFile(join(folder.path, 'mosquitto_passwd'), 'utf8')).toBe(before);
    await folder.remove();
  });

  test('its svitlo.yaml is a valid configuration', () => {
    const topology = loadTopology(join(root, 'deploy/config/svitlo.yaml'));
    expect(Object.keys(topology.sites)).toEqual(['krakivets']);
  });
});

describe('Dockerfile', () => {
  let instructions: { name: string; rest: string }[];
  const all = (name: string) => instructions.filter((one) => one.name === name);

  beforeAll(async () => {
    const text = (await read('Dockerfile')).replace(/^#.*\n/gm, '').replace(/\\\n\s*/g, ' ');
    instructions = text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const [name = '', ...rest] = line.split(' ');
        return { name, rest: rest.join(' ').trim() };
      });
  });

  test('has known instructions alone', () => {
    const known = /^(FROM|ENV|WORKDIR|RUN|COPY|USER|VOLUME|HEALTHCHECK|CMD)$/;
    for (const { name } of instructions) expect(name).toMatch(known);
    expect(instructions[0]?.name).toBe('FROM');
  });

  test('runs on the Node version that package-lock.json pins', async () => {
    const lock = JSON.parse(await read('package-lock.json')) as {
      packages: Record<string, { version: string }>;
    };
    const image = `node:${lock.packages['node_modules/node']?.version}-bookworm-slim`;
    expect(all('FROM').map(({ rest }) => rest.split(' ')[0])).toEqual([image, image, image]);
  });

  test('ends in a user that is not root, with a health check', () => {
    expect(all('USER').at(-1)?.rest).toBe('node');
    expect(all('HEALTHCHECK')).toHaveLength(1);
  });

  test('starts what `npm start` starts', async () => {
    const { scripts } = JSON.parse(await read('package.json')) as { scripts: { start: string } };
    expect(all('CMD').map(({ rest }) => JSON.parse(rest))).toEqual([scripts.start.split(' ')]);
  });

  test('copies only what exists and what .dockerignore lets through', async () => {
    const admitted = (await read('.dockerignore'))
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const sources = all('COPY')
      .filter(({ rest }) => !rest.startsWith('--from'))
      .flatMap(({ rest }) => rest.split(' ').slice(0, -1));
    expect(sources.length).toBeGreaterThan(0);
    for (const source of sources) {
      expect(admitted).toContain(source);
      await expect(stat(join(root, source))).resolves.toBeDefined();
    }
  });
});

test('the Grafana dashboard asks for metrics of the catalogue', async () => {
  const dashboard = JSON.parse(await read('dashboards/grafana/ups.json')) as {
    panels: { targets: { query: string }[] }[];
  };
  const queries = dashboard.panels.flatMap(({ targets }) => targets.map(({ query }) => query));
  const asked = queries.map((query) => /mean\("([^"]+)"\) FROM "ups"/.exec(query)?.[1]);
  expect(asked).toEqual(['battery.charge', 'ups.load']);
  for (const key of asked) expect(METRICS.get(key ?? '')?.kinds).toContain('ups');
});
