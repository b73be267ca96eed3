import { createTransport } from 'nodemailer';
import { isLoopback } from '../../config.ts';
import { type Check, find, note, reasonOf } from './check.ts';

const TIMEOUT_MS = 8000;

/** Connects, encrypts and signs in; sends nothing. Away from this machine only with encryption. */
export const smtp: Check = {
  name: 'smtp',
  timeoutSeconds: 20,
  run: async ({ settings: { smtpUrl } }, outcome) => {
    if (smtpUrl === undefined) {
      note(outcome, 'smtp_unset', {});
      return;
    }
    const { protocol, hostname, port, username, password } = new URL(smtpUrl);
    const isSecure = protocol === 'smtps:';
    const transport = createTransport({
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: Number(port) || (isSecure ? 465 : 587),
      secure: isSecure,
      requireTLS: !isSecure && !isLoopback(hostname),
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      ...(username === ''
        ? {}
        : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    });
    try {
      await transport.verify();
    } catch (error) {
      const server = `${hostname}:${port || (isSecure ? 465 : 587)}`;
      find(outcome, findingOf(error), { server, reason: reasonOf(error) });
    } finally {
      transport.close();
    }
  },
};

function findingOf(error: unknown): 'smtp_refused' | 'smtp_untrusted' | 'smtp_unreachable' {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'EAUTH' || code === 'ENOAUTH') return 'smtp_refused';
  const isTls = code === 'ETLS' || /certificate|self-signed|SSL|TLS/i.test(reasonOf(error));
  return isTls ? 'smtp_untrusted' : 'smtp_unreachable';
}
