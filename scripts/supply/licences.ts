import type { Bom } from './bom.ts';

/** Licences (SPDX) that ask for nothing but their text: nobody has to publish what he builds on them. */
const PERMISSIVE: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
]);

export interface LicenceReport {
  /** A line a package: name, version, licence. */
  text: string;
  /** Packages whose licence is unknown, copyleft or not looked at yet. */
  faults: readonly string[];
}

/** The licences of every package in production. */
export function licencesOf(bom: Bom): LicenceReport {
  const rows = bom.components
    .map(({ name, version, licenses = [] }) => ({
      name: `${name} ${version}`,
      licence: licenses.map(textOf).join(' AND '),
    }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  return {
    text: rows.map(({ name, licence }) => `${name}  ${licence || 'unknown'}\n`).join(''),
    faults: rows
      .filter(({ licence }) => !isPermissive(licence))
      .map(({ name, licence }) => `${name}: ${licence || 'no licence is told'}`),
  };
}

function textOf(entry: NonNullable<Bom['components'][number]['licenses']>[number]): string {
  return 'expression' in entry
    ? entry.expression
    : (entry.license.id ?? entry.license.name ?? 'unknown');
}

/** Of alternatives one is enough; of what counts together, each. */
function isPermissive(expression: string): boolean {
  const bare = expression.replace(/[()]/g, '');
  return bare.split(' AND ').every((part) => part.split(' OR ').some((one) => PERMISSIVE.has(one)));
}
