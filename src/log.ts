import pino, { type Logger } from 'pino';

const SECRET_NAMES = [
  ...['authorization', 'cookie', 'set-cookie', 'x-svitlo-csrf', 'csrf', 'session'],
  ...['password', 'mqttPassword', 'current', 'secret', 'clientSecret', 'oidcClientSecret'],
  ...['token', 'bearer', 'refreshToken', 'access_token', 'id_token', 'refresh_token'],
  ...['privateKey', 'recoveryCodes'],
];

const HIDDEN = '[hidden]';

/** A text, or a list of texts, under the name of a secret, anywhere in a line of JSON. */
const NAMED = new RegExp(
  `"(${SECRET_NAMES.join('|')})":(?:"(?:[^"\\\\]|\\\\.)*"|\\[(?:[^\\]"]|"(?:[^"\\\\]|\\\\.)*")*\\])`,
  'gi',
);
/** User and password of an address (RFC 3986 § 3.2.1); no scheme is longer, and a long word is read once. */
const IN_ADDRESS = /(\b[a-z][a-z0-9+.-]{0,31}:\/\/)[^\s/?#"'<>@\\]*@/gi;
const IN_HEADER = /\b(Bearer|Basic) +[\w~+/.=-]{6,}/gi;

/** The same text without passwords, cookies and tokens. */
export function withoutSecrets(text: string): string {
  return text
    .replace(NAMED, `"$1":"${HIDDEN}"`)
    .replace(IN_ADDRESS, `$1${HIDDEN}@`)
    .replace(IN_HEADER, `$1 ${HIDDEN}`);
}

/** JSON lines on stdout; readable where a person looks at a terminal. No secret leaves in them. */
export async function createLog(level: string): Promise<Logger> {
  const options = { level, hooks: { streamWrite: withoutSecrets } };
  if (!process.stdout.isTTY) return pino(options);
  const { default: pretty } = await import('pino-pretty');
  return pino(
    options,
    pretty({ sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' }),
  );
}
