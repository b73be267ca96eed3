import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packRelease } from './release/pack.ts';
import { run } from './release/run.ts';
import { PLATFORM, stageRelease } from './release/stage.ts';

/** `dist/svitlo-VERSION-linux-x64.tar.gz`, from what is here. */
const root = resolve(import.meta.dirname, '..');
if (`${process.platform}-${process.arch}` !== PLATFORM)
  throw new Error(
    `a release for ${PLATFORM} is made on ${PLATFORM}: its packages are those of this machine`,
  );
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string;
};
const name = `svitlo-${version}-${PLATFORM}`;
const folder = join(root, 'dist', name);
run('npm', ['run', '--silent', 'build'], root);
stageRelease({ root, version, folder });
packRelease({ folder, archive: `${folder}.tar.gz`, epoch: epochOf() });
rmSync(folder, { recursive: true });
console.log(`dist/${name}.tar.gz`);

/** That of the newest commit, where nobody names another (reproducible-builds.org). */
function epochOf(): number {
  const { SOURCE_DATE_EPOCH: given } = process.env;
  return Number(given ?? run('git', ['log', '-1', '--format=%ct'], root));
}
