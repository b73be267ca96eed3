/** Names that the audit gives to nobody's account: an account of that name could pass for it. */
const RESERVED: ReadonlySet<string> = new Set([
  ...['console', 'identity-provider', 'local', 'nobody', 'unknown', 'system'],
]);

export function isReservedName(name: string): boolean {
  return RESERVED.has(name);
}
