import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readBom } from './supply/bom.ts';
import { licencesOf } from './supply/licences.ts';

/** `dist/sbom.cdx.json` and `dist/licences.txt`; status 1 where a licence does not fit. */
const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'dist');
const bom = readBom(root);
const { text, faults } = licencesOf(bom);
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(bom, null, 2)}\n`);
writeFileSync(join(folder, 'licences.txt'), text);
console.log(`dist/sbom.cdx.json, dist/licences.txt: ${bom.components.length} packages`);
for (const fault of faults) console.error(`licence not allowed: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;
