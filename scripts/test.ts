import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { installServers } from './install-servers.ts';
import { readTestCounts, type TestCounts } from './test-counts.ts';

const PROJECTS = ['unit', 'integration', 'e2e'];

process.chdir(resolve(import.meta.dirname, '..'));
process.exitCode = await runEverything(process.argv.slice(2));

/** Servers, page, checks, tests; a failed step does not hide the next. Resolves to the exit status. */
async function runEverything(vitestArgs: readonly string[]): Promise<number> {
  const installCommand = await installServers();
  if (installCommand !== undefined) {
    console.log(`The tests run real servers that are not installed here. Install them with:`);
    console.log(`\n  ${installCommand}\n`);
    return summarize({ passed: 0, failed: 1, skipped: 0 });
  }
  const failedSteps: string[] = [];
  for (const step of ['build', 'check']) {
    if ((await run('npm', ['run', '--silent', step])) !== 0) failedSteps.push(`npm run ${step}`);
  }
  const { counts, status } = await runVitest(vitestArgs);
  // An error outside every test fails the run, and must not look like a success.
  const strayFailures = status !== 0 && counts.failed === 0 ? 1 : 0;
  for (const step of failedSteps) console.log(`Failed: ${step}`);
  return summarize({ ...counts, failed: counts.failed + strayFailures + failedSteps.length });
}

async function runVitest(args: readonly string[]): Promise<{ counts: TestCounts; status: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'svitlo-report-'));
  const report = join(folder, 'vitest.json');
  const projects = PROJECTS.flatMap((name) => ['--project', name]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  try {
    const status = await run('vitest', ['run', ...projects, ...reporters, ...args]);
    const counts = existsSync(report)
      ? readTestCounts(report)
      : { passed: 0, failed: 0, skipped: 0 };
    return { counts, status };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prints the closing line and answers the exit status that fits it. */
function summarize({ passed, failed, skipped }: TestCounts): number {
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed === 0 ? 0 : 1;
}

/** Runs a program with this terminal and the package's own binaries first; resolves to its status. */
function run(command: string, args: readonly string[]): Promise<number> {
  const env = { ...process.env, PATH: `${resolve('node_modules/.bin')}:${process.env.PATH}` };
  const child = spawn(command, [...args], { stdio: 'inherit', env });
  return new Promise((done) => {
    child.once('error', (error) => {
      console.error(`${command}: ${error.message}`);
      done(1);
    });
    child.once('close', (status) => done(status ?? 1));
  });
}
