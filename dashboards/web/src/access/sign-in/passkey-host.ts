/** A passkey belongs to a name: at an address in numbers no browser makes or uses one (WebAuthn § 5.1.2). */
export function isPasskeyHost(hostname: string): boolean {
  return !/^\[|^\d+(\.\d+){3}$/.test(hostname);
}
