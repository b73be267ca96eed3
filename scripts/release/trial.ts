import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';

export interface TrialResult {
  status: number | null;
  text: string;
}

export interface Trial {
  at(name: string): string;
  /** Unpacks the archive and runs its install.sh, without a network where that can be had. */
  install(archive: string): TrialResult;
  /** The installed command. */
  svitlo(...args: string[]): TrialResult;
  start(): TrialResult;
  stop(): TrialResult;
  currentVersion(): string;
  remove(): void;
}

/** Programs that reach for a network: in their place stands one that says so and fails. */
const NETWORK_PROGRAMS = ['npm', 'npx', 'curl', 'wget', 'git', 'apt-get'];

/**
 * An installation below a folder of its own, as install.sh makes it below `/`. Started and stopped by
 * two commands in the place of systemd's; as root the service is the user `nobody`.
 */
export function createTrial(folder: string, healthSeconds: number): Trial {
  const at = (name: string) => join(folder, name);
  chmodSync(folder, 0o755);
  for (const name of ['shims', 'unit', 'link', 'unpacked']) mkdirSync(at(name));
  for (const name of NETWORK_PROGRAMS)
    writeFileSync(at(`shims/${name}`), `#!/bin/sh\necho "$0 was called" >&2\nexit 97\n`, {
      mode: 0o755,
    });
  // Each program in it gives its place to the next, so that a signal reaches the monitor.
  writeFileSync(at('start'), `#!/bin/sh\nexec ${at('link/svitlo')} run\n`, { mode: 0o755 });
  const isRoot = process.getuid?.() === 0;
  const env = {
    PATH: `${at('shims')}:${process.env.PATH}`,
    HOME: folder,
    SVITLO_LANG: 'en',
    SVITLO_HEALTH_SECONDS: `${healthSeconds}`,
    // The log lies beside: the starter must not hold this terminal open.
    SVITLO_SERVICE_START: `setsid ${at('start')} >>${at('log')} 2>&1 </dev/null & echo $! >${at('pid')}`,
    SVITLO_SERVICE_STOP: `pid=$(cat ${at('pid')}); kill "$pid" 2>/dev/null || true; while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done`,
  };
  const run = (command: string, args: readonly string[]): TrialResult => {
    const { status, stdout, stderr, error } = spawnSync(command, [...args], {
      cwd: folder,
      env,
      encoding: 'utf8',
      timeout: 180_000,
    });
    return { status, text: `${stdout}${stderr}${error?.message ?? ''}` };
  };
  const canUnshare = isRoot && run('unshare', ['-n', 'true']).status === 0;
  const apart = (command: string, args: readonly string[]) =>
    canUnshare ? run('unshare', ['-n', command, ...args]) : run(command, args);
  return {
    at,
    install: (archive) => {
      rmSync(at('unpacked'), { recursive: true });
      mkdirSync(at('unpacked'));
      const unpacked = run('tar', ['-xzf', archive, '-C', at('unpacked'), '--strip-components=1']);
      if (unpacked.status !== 0) return unpacked;
      const places = ['prefix', 'etc', 'var', 'backups'].flatMap((name) => [
        `--${name}`,
        at(name === 'prefix' ? 'opt' : name),
      ]);
      const user = isRoot ? 'nobody' : userInfo().username;
      const rest = ['--unit-dir', at('unit'), '--link', at('link'), '--user', user];
      return apart(at('unpacked/install.sh'), [...places, ...rest]);
    },
    svitlo: (...args) => run(at('link/svitlo'), args),
    start: () => run('bash', ['-c', env.SVITLO_SERVICE_START]),
    stop: () => run('bash', ['-c', env.SVITLO_SERVICE_STOP]),
    currentVersion: () => readlinkSync(at('opt/current')).replace('releases/', ''),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
