import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type CommandResult, runCommand } from './run-command.ts';
import { tempFolder } from './temp-folder.ts';

const command = resolve(import.meta.dirname, '../../src/command/pki.ts');

/** PEM, as MQTT.js takes them. */
export interface ClientCertificate {
  cert: string;
  key: string;
}

export interface Pki {
  folder: string;
  ca: string;
  /** Runs `npm run pki -- …` on the folder, in English. */
  run(...args: string[]): Promise<CommandResult>;
  /** Of a device, or of a client. */
  certificateOf(id: string): ClientCertificate;
  /** Gives a device a password and returns it. */
  givePassword(id: string): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** An authority of its own with a certificate for this machine, made by the command that people use. */
export async function createPki(): Promise<Pki> {
  const place = await tempFolder('pki');
  const folder = join(place.path, 'pki');
  const run = (...args: string[]) =>
    runCommand(process.execPath, [command, ...args, '--pki', folder], {
      env: { SVITLO_LANG: 'en' },
    });
  const done = async (...args: string[]) => {
    const { status, stdout, stderr } = await run(...args);
    if (status !== 0) throw new Error(`pki ${args.join(' ')}: ${stderr}${stdout}`);
    return stdout;
  };
  await done('init');
  await done('server', 'localhost', '127.0.0.1');
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  return {
    folder,
    ca: read('ca.pem'),
    run,
    certificateOf: (id) => {
      const file = join(id.includes('/') ? 'devices' : 'clients', id);
      return { cert: read(`${file}.pem`), key: read(`${file}.key`) };
    },
    givePassword: async (id) => {
      const [, password = ''] = /^Password: (\S+)$/m.exec(await done('password', id)) ?? [];
      return password;
    },
    [Symbol.asyncDispose]: () => place.remove(),
  };
}
