import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The programs that tests run for real, and the Debian package each is in. */
export const REQUIRED_COMMANDS: Readonly<Record<string, string>> = {
  mosquitto: 'mosquitto',
  mosquitto_passwd: 'mosquitto',
  mosquitto_pub: 'mosquitto-clients',
  influxd: 'influxdb',
  chromium: 'chromium',
  openssl: 'openssl',
  'docker-compose': 'docker-compose',
};

/** The program's whole path, or undefined. Debian keeps servers outside the PATH of ordinary users. */
export function findCommand(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).concat('/usr/sbin', '/usr/local/sbin');
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** The program's whole path; a missing one is an error that says how to get it. */
export function requireCommand(name: string): string {
  const path = findCommand(name);
  if (path !== undefined) return path;
  const packageName = REQUIRED_COMMANDS[name] ?? name;
  throw new Error(`${name} is not installed; on Debian: apt-get install ${packageName}`);
}

/** Debian packages of the programs that are missing here. */
export function missingPackages(): string[] {
  const missing = Object.keys(REQUIRED_COMMANDS).filter((name) => findCommand(name) === undefined);
  return [...new Set(missing.map((name) => REQUIRED_COMMANDS[name] ?? name))];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
