/** As `src/contract/access.ts` states them; a test holds both together. */
export const PASSWORD_LEAST = 12;
export const PASSWORD_MOST = 128;
const ACCOUNT_NAME = /^[a-z0-9][a-z0-9._@-]{0,63}$/;

export type PasswordFault = 'short' | 'long' | 'different';

/** What is wrong with a new password that was given twice; the server looks for common ones. */
export function passwordFault(password: string, again: string): PasswordFault | undefined {
  if (password.length < PASSWORD_LEAST) return 'short';
  if (password.length > PASSWORD_MOST) return 'long';
  return password === again ? undefined : 'different';
}

/** Names have small letters only; a telephone's keyboard begins with a capital one. */
export function accountName(given: string): string {
  return given.trim().toLowerCase();
}

export function isAccountName(name: string): boolean {
  return ACCOUNT_NAME.test(name);
}
