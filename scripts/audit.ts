import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { z } from 'zod';

const CLEAN = 0;
const VULNERABLE = 1;
const NOT_CHECKED = 2;

/** `npm audit --json`: a report, or why there is none. */
const reportSchema = z.object({
  metadata: z.object({ vulnerabilities: z.object({ total: z.int() }) }),
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string(), range: z.string() })),
});
const failureSchema = z.object({ message: z.string() });

/** Asks the registry for known vulnerabilities; an answer that does not come is no clean one. */
function audit(args: readonly string[]): number {
  const { stdout, stderr, error } = spawnSync('npm', ['audit', '--json', ...args], {
    cwd: resolve(import.meta.dirname, '..'),
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  });
  const answer = parse(stdout ?? '');
  const report = reportSchema.safeParse(answer);
  if (!report.success) {
    const reason = failureSchema.safeParse(answer).data?.message ?? error?.message ?? stderr.trim();
    console.error(`npm audit could not be checked: ${reason}`);
    console.error('Run it where the registry answers POST /-/npm/v1/security/advisories/bulk.');
    return NOT_CHECKED;
  }
  for (const [name, { severity, range }] of Object.entries(report.data.vulnerabilities))
    console.error(`${severity}: ${name} ${range}`);
  const { total } = report.data.metadata.vulnerabilities;
  console.log(`npm audit: ${total} known vulnerabilities`);
  return total === 0 ? CLEAN : VULNERABLE;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

process.exitCode = audit(process.argv.slice(2));
