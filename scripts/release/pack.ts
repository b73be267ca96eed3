import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { sha256Of } from './checksums.ts';
import { run } from './run.ts';

export interface PackOptions {
  folder: string;
  archive: string;
  /** Every file's time (s since 1970). */
  epoch: number;
}

/** The same folder gives the same bytes: names sorted, one owner, one time, rights by what is executable. */
export function packRelease({ folder, archive, epoch }: PackOptions): void {
  mkdirSync(dirname(archive), { recursive: true });
  const looks = ['--sort=name', '--format=gnu', `--mtime=@${epoch}`, '--mode=u=rwX,go=rX'];
  const owner = ['--owner=0', '--group=0', '--numeric-owner'];
  // gzip -n: without a name and a time of its own.
  const args = [...looks, ...owner, '--use-compress-program=gzip -n6', '-cf', archive];
  run('tar', [...args, basename(folder)], dirname(folder));
  const line = `${sha256Of(archive)}  ${basename(archive)}\n`;
  writeFileSync(join(dirname(archive), `${basename(archive)}.sha256`), line);
}
