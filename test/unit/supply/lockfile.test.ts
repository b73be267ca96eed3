import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const readJson = <T>(name: string) => JSON.parse(readFileSync(join(root, name), 'utf8')) as T;

interface Locked {
  version: string;
  name?: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  dev?: boolean;
  hasInstallScript?: boolean;
}

const manifest = readJson<{
  allowScripts: Record<string, boolean>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}>('package.json');
const { packages } = readJson<{ packages: Record<string, Locked> }>('package-lock.json');
const { '': own, ...installed } = packages;
const rows = Object.entries(installed);
const nameOf = (path: string, { name }: Locked) => name ?? path.split('node_modules/').at(-1) ?? '';

describe('package-lock.json', () => {
  test('is that of package.json', () => {
    expect(own).toMatchObject({
      dependencies: manifest.dependencies,
      devDependencies: manifest.devDependencies,
    });
  });

  test('pins every package by its SHA-512', () => {
    const loose = rows.filter(([, { integrity = '' }]) => !/^sha512-[\w+/]{86}==$/.test(integrity));
    expect(loose.map(([path]) => path)).toEqual([]);
  });

  test('takes every package from the registry: none from a git repository, an address or a folder', () => {
    const strange = rows.filter(
      ([, { resolved, link, version }]) =>
        link === true ||
        !/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version) ||
        !(resolved ?? 'https://registry.npmjs.org/').startsWith('https://registry.npmjs.org/'),
    );
    expect(strange.map(([path]) => path)).toEqual([]);
    const asked = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(asked.filter(([, range]) => !/^[~^]?\d+\.\d+\.\d+(-[\w.]+)?$/.test(range))).toEqual([]);
  });

  test('every package that runs a script when it is installed is allowed to by name, and no other', () => {
    const scripted = rows.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    const names = new Set(scripted.map(([path, one]) => nameOf(path, one)));
    expect(Object.keys(manifest.allowScripts)).toEqual([...names]);
    expect(scripted.filter(([, { dev }]) => dev !== true)).toEqual([]);
    expect(readFileSync(join(root, '.npmrc'), 'utf8')).toContain('strict-allow-scripts=true\n');
  });
});

test('a new production dependency is a decision: it is entered here', () => {
  expect(Object.keys(manifest.dependencies)).toEqual([
    '@duckdb/node-api',
    '@fastify/cookie',
    '@fastify/rate-limit',
    '@fastify/static',
    '@fastify/swagger',
    '@peculiar/x509',
    '@simplewebauthn/server',
    'aedes',
    'fastify',
    'influx',
    'mqtt',
    'node-cron',
    'nodemailer',
    'openid-client',
    'otpauth',
    'pino',
    'prom-client',
    'proxy-addr',
    'reflect-metadata',
    'socket.io',
    'yaml',
    'zod',
  ]);
});
