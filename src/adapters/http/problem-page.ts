import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Language, pickLanguage } from '../../i18n/index.ts';
import { PROBLEM_TEXTS } from '../../i18n/problem-page.ts';

const STYLE =
  ':root{color-scheme:light dark}body{font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1.5rem}h1{font-size:1.6rem}code{font-size:1rem}a{margin-right:1.5rem}';

/** The style of this page alone, by its hash; no script at all. */
const CONTENT_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** Whether a person opens it in a browser, rather than a script or our own page that asks for data. */
export function isNavigation({ method, headers }: FastifyRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  const mode = headers['sec-fetch-mode'];
  if (mode !== undefined && mode !== 'navigate') return false;
  return (headers.accept ?? '').includes('text/html');
}

/** A page that tells what to do and nothing of the inside; `incident` is what the log has. */
export function sendProblemPage(
  reply: FastifyReply,
  { status, incident, language }: { status: number; incident: string; language: Language },
): void {
  reply
    .status(status)
    .header('content-security-policy', CONTENT_POLICY)
    .type('text/html; charset=utf-8')
    .send(problemPage(status, incident, language));
}

function problemPage(status: number, incident: string, language: Language): string {
  const texts = PROBLEM_TEXTS[language];
  const { title, advice } = texts.problem[status] ?? (status < 500 ? texts.refused : texts.failed);
  const way = status === 401 ? `<a href="/sign-in">${texts.signIn}</a>` : '';
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${status} · Svitlo</title><style>${STYLE}</style></head>
<body><h1>${title}</h1><p>${advice}</p><p>${way}<a href="/">${texts.start}</a></p><p>${texts.incident}: <code>${status}-${incident}</code></p></body>
</html>
`;
}

/** RFC 9110 § 12.5.4: the reader's languages, the dearest first. */
export function languageOf(acceptLanguage: string | undefined, fallback: Language): Language {
  const tags = (acceptLanguage ?? '').split(',').map((part) => {
    const [tag = '', quality] = part.split(';').map((one) => one.trim());
    const weight = quality === undefined ? 1 : Number(/^q=([\d.]+)$/i.exec(quality)?.[1] ?? 0);
    return { tag, weight };
  });
  const dearest = tags.toSorted((a, b) => b.weight - a.weight).map(({ tag }) => tag);
  return pickLanguage(dearest, fallback);
}
