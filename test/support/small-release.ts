import { appendFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packRelease } from '../../scripts/release/pack.ts';
import { sealRelease } from '../../scripts/release/stage.ts';

const root = resolve(import.meta.dirname, '../..');

/** Answers at `/healthz`, or ends at once where it is broken. */
const program = (isBroken: boolean) => `
import { createServer } from 'node:http';
if (${isBroken}) process.exit(1);
createServer((_, answer) => answer.end('{}'))
  .listen(process.env.SVITLO_HTTP_PORT, process.env.SVITLO_HTTP_HOST);
`;

interface SmallRelease {
  folder: string;
  version: string;
  isBroken?: boolean;
  /** Further changes before the checksums are made. */
  change?(folder: string): void;
  /** And after: what a damage or a stranger does. */
  damage?(folder: string): void;
}

/** A release with the real scripts and this Node around a program of a few lines; its archive. */
export function packSmallRelease(release: SmallRelease): string {
  const { version, isBroken = false, change, damage } = release;
  const folder = join(release.folder, `svitlo-${version}-linux-x64`);
  rmSync(folder, { recursive: true, force: true });
  for (const name of ['bin', 'runtime', 'src', 'deploy'])
    mkdirSync(join(folder, name), { recursive: true });
  cpSync(join(root, 'deploy/release'), join(folder, 'deploy/release'), { recursive: true });
  for (const name of ['deploy/svitlo.service', 'deploy/healthcheck.ts'])
    cpSync(join(root, name), join(folder, name));
  cpSync(join(root, 'deploy/release/svitlo'), join(folder, 'bin/svitlo'));
  cpSync(join(root, 'deploy/release/install.sh'), join(folder, 'install.sh'));
  // In the place of 120 MB.
  const runtime = `#!/bin/sh\nexec ${process.execPath} "$@"\n`;
  writeFileSync(join(folder, 'runtime/node'), runtime, { mode: 0o755 });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', version }));
  writeFileSync(join(folder, 'VERSION'), `${version}\n`);
  writeFileSync(join(folder, 'PLATFORM'), 'Linux x86_64\n');
  writeFileSync(join(folder, 'src/main.ts'), program(isBroken));
  change?.(folder);
  sealRelease(folder);
  damage?.(folder);
  const archive = `${folder}.tar.gz`;
  packRelease({ folder, archive, epoch: 1_700_000_000 });
  return archive;
}

export function appendTo(file: string): (folder: string) => void {
  return (folder) => appendFileSync(join(folder, file), '\n// changed\n');
}
