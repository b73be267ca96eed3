import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { missingPackages } from '../test/support/installed.ts';

/**
 * Installs the programs that tests need where they are missing and it may (root on Debian).
 * Answers the command that does it where it may not or apt-get failed, undefined when all is there.
 */
export async function installServers(): Promise<string | undefined> {
  const packages = missingPackages();
  if (packages.length === 0) return undefined;
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    console.log(`Installing with apt-get: ${packages.join(' ')}`);
    await aptGet(['update']);
    // Its status is not the answer: a service that cannot start fails the package, not the tests.
    await aptGet(['install', '-y', '--no-install-recommends', ...packages]);
  }
  const missing = missingPackages();
  return missing.length === 0
    ? undefined
    : `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing.join(' ')}`;
}

function aptGet(args: readonly string[]): Promise<void> {
  const options = ['-q', '-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=3'];
  const child = spawn('apt-get', [...options, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // RUNLEVEL=1 asks invoke-rc.d not to start what is installed.
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (/^(Setting up|Need to get|E:)/.test(line)) console.log(`  ${line.slice(0, 100)}`);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => {
      if (status !== 0) console.log(`  apt-get ${args[0]} ended with status ${status}`);
      resolve();
    });
  });
}
