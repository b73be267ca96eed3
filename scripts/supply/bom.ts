import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const licenceSchema = z.union([
  z.object({ expression: z.string() }),
  z.object({ license: z.object({ id: z.string().optional(), name: z.string().optional() }) }),
]);

/** What is read of a CycloneDX 1.5 document; the rest passes through. */
const bomSchema = z.looseObject({
  metadata: z.looseObject({ component: z.looseObject({ name: z.string(), version: z.string() }) }),
  components: z.array(
    z.looseObject({
      name: z.string(),
      version: z.string(),
      licenses: z.array(licenceSchema).optional(),
    }),
  ),
});
export type Bom = z.infer<typeof bomSchema>;

/**
 * The bill of materials (CycloneDX 1.5) of what is installed in production, as package-lock.json has
 * it. The same lockfile gives the same bytes: the time is left out, the serial number made of the rest.
 */
export function readBom(root: string): Bom {
  const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application'];
  const text = execFileSync('npm', [...args, '--omit=dev', '--package-lock-only'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  });
  const bom = bomSchema.parse(JSON.parse(text));
  const { name } = z
    .object({ name: z.string() })
    .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  // npm calls it after the folder that it lies in.
  bom.metadata.component.name = name;
  delete bom.metadata.timestamp;
  delete bom.metadata.tools;
  delete bom.serialNumber;
  return { ...bom, serialNumber: `urn:uuid:${uuidOf(JSON.stringify(bom))}` };
}

/** A name-based UUID (RFC 9562, version 8). */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex').slice(0, 32);
  const marked = `${hex.slice(0, 12)}8${hex.slice(13, 16)}8${hex.slice(17)}`;
  return marked.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
