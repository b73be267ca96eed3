import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { readBom } from '../supply/bom.ts';
import { licencesOf } from '../supply/licences.ts';
import { checksumsOf } from './checksums.ts';
import { run } from './run.ts';

export const PLATFORM = 'linux-x64';

/** What is shipped as it lies in the repository. */
const SHIPPED = [
  'src',
  'collectors',
  'dashboards/web/dist',
  'dashboards/grafana',
  'deploy',
  'docs',
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'package-lock.json',
  'svitlo.example.yaml',
];
const LEFT_OUT = /\.test\.ts$|^testcases$|^secrets$/;

export interface StageOptions {
  root: string;
  version: string;
  /** Made anew. */
  folder: string;
}

/** Lays a release out in a folder: all that runs, and nothing that is for development. */
export function stageRelease({ root, version, folder }: StageOptions): void {
  rmSync(folder, { recursive: true, force: true });
  for (const name of SHIPPED) {
    cpSync(join(root, name), join(folder, name), {
      recursive: true,
      filter: (source) => !LEFT_OUT.test(basename(source)),
    });
  }
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as object;
  writeFileSync(
    join(folder, 'package.json'),
    `${JSON.stringify({ ...manifest, version }, null, 2)}\n`,
  );
  writeFileSync(join(folder, 'VERSION'), `${version}\n`);
  writeFileSync(join(folder, 'PLATFORM'), 'Linux x86_64\n');
  putPrograms(root, folder);
  putModules(root, folder);
  putPapers(root, folder, version);
  sealRelease(folder);
}

/** Anew wherever a file of it was changed. */
export function sealRelease(folder: string): void {
  writeFileSync(join(folder, 'SHA256SUMS'), checksumsOf(folder));
}

function putPrograms(root: string, folder: string): void {
  for (const name of ['bin', 'runtime']) mkdirSync(join(folder, name));
  copyFileSync(join(root, 'node_modules/node/bin/node'), join(folder, 'runtime/node'));
  renameSync(join(folder, 'deploy/release/svitlo'), join(folder, 'bin/svitlo'));
  renameSync(join(folder, 'deploy/release/install.sh'), join(folder, 'install.sh'));
  for (const name of ['runtime/node', 'bin/svitlo', 'install.sh'])
    chmodSync(join(folder, name), 0o755);
}

/** The production packages, by the hashes of package-lock.json; no script of theirs is run. */
function putModules(root: string, folder: string): void {
  const place = mkdtempSync(join(folder, '.modules-'));
  try {
    for (const name of ['package.json', 'package-lock.json', '.npmrc'])
      copyFileSync(join(root, name), join(place, name));
    run('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--prefer-offline'], place);
    renameSync(join(place, 'node_modules'), join(folder, 'node_modules'));
    // Links to programs of the packages: nothing here calls them, and a checksum has none.
    rmSync(join(folder, 'node_modules/.bin'), { recursive: true, force: true });
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function putPapers(root: string, folder: string, version: string): void {
  const bom = readBom(root);
  const { text, faults } = licencesOf(bom);
  if (faults.length > 0) throw new Error(`licences that do not fit: ${faults.join('; ')}`);
  bom.metadata.component.version = version;
  writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(bom, null, 2)}\n`);
  const node = run(join(folder, 'runtime/node'), ['--version'], folder).trim().slice(1);
  writeFileSync(join(folder, 'licences.txt'), `${text}node ${node}  MIT (the runtime)\n`);
}
