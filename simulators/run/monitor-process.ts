import { type ChildProcess, spawn } from 'node:child_process';

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 6000;
const POLL_MS = 100;

/** The monitor as a process of its own, as `npm start` runs it. */
export class MonitorProcess {
  /** Resolves with the exit code when the process has ended. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;

  constructor(repository: string, environment: NodeJS.ProcessEnv) {
    this.#child = spawn(process.execPath, ['--max-semi-space-size=4', 'src/main.ts'], {
      cwd: repository,
      env: environment,
      stdio: ['ignore', 'inherit', 'inherit'],
      // Ctrl-C reaches the whole terminal group; the demo alone decides when the monitor ends.
      detached: true,
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('exit', (code) => resolve(code));
      this.#child.once('error', () => resolve(1));
    });
    // Whatever way the demo's process goes, its child goes too.
    process.once('exit', () => this.#child.kill('SIGTERM'));
  }

  /** Waits until `GET {url}/healthz` answers; throws when the monitor ends first or takes a minute. */
  async untilHealthy(url: string): Promise<void> {
    const deadline = Date.now() + START_LIMIT_MS;
    let hasEnded = false;
    void this.ended.then(() => {
      hasEnded = true;
    });
    while (Date.now() < deadline && !hasEnded) {
      const isHealthy = await fetch(`${url}/healthz`).then(
        (answer) => answer.ok,
        () => false,
      );
      if (isHealthy) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    throw new Error(hasEnded ? 'The monitor did not start.' : 'The monitor does not answer.');
  }

  /** Ends it at once; for one whose data nobody needs. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Asks it to end, insists after 6 s, and resolves when it is gone. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const insist = setTimeout(() => this.#child.kill('SIGKILL'), STOP_LIMIT_MS);
    await this.ended;
    clearTimeout(insist);
  }
}
