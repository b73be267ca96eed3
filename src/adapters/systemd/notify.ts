import { type ChildProcess, spawn } from 'node:child_process';
import type { Logger } from 'pino';

/**
 * Node has no datagram sockets in the file system: systemd's own program sends each line that it reads. A
 * signal to all processes of the unit leaves it the last word; it ends with its input.
 */
const SENDER = 'trap "" TERM INT; while read -r state; do systemd-notify "$state"; done';

type Environment = Readonly<Record<string, string | undefined>>;

interface NotifierOptions {
  env: Environment;
  pid: number;
  /** Resolves while the program is well; what neither resolves nor rejects is not well, either. */
  pulse(): Promise<void>;
  log: Logger;
}

export interface Notifier {
  ready(): void;
  stopping(): void;
}

/**
 * Tells systemd what sd_notify(3) and sd_watchdog_enabled(3) describe, where it has asked for it; the
 * unit needs `Type=notify` and `NotifyAccess=all`. `WATCHDOG=1` is sent at half of the time that systemd
 * waits for it, and only when `pulse` has resolved since the one before.
 */
export function createNotifier({ env, pid, pulse, log }: NotifierOptions): Notifier {
  if (!env.NOTIFY_SOCKET) return { ready: () => {}, stopping: () => {} };
  const sender = startSender(env, log);
  const send = (state: string) => void sender.stdin?.write(`${state}\n`);
  const periodMs = watchdogPeriodMs(env, pid);
  let timer: NodeJS.Timeout | undefined;
  const beat = () => {
    timer = setTimeout(async () => {
      try {
        await pulse();
        send('WATCHDOG=1');
      } catch (error) {
        log.error({ err: error }, 'watchdog: a thread does not answer, systemd is not told');
      }
      if (timer !== undefined) beat();
    }, periodMs);
    timer.unref();
  };
  return {
    ready: () => {
      send('READY=1');
      if (periodMs !== undefined) beat();
    },
    stopping: () => {
      clearTimeout(timer);
      timer = undefined;
      send('STOPPING=1');
    },
  };
}

/** One shell for the whole run, which gets no secrets: a program started each time would hold the event loop. */
function startSender({ PATH, NOTIFY_SOCKET }: Environment, log: Logger): ChildProcess {
  const sender = spawn('/bin/sh', ['-c', SENDER], {
    env: { PATH, NOTIFY_SOCKET },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  sender.on('error', (error) => log.error({ err: error }, 'systemd cannot be notified'));
  sender.stdin?.on('error', () => {});
  sender.unref();
  return sender;
}

/** Half of what systemd waits for (ms); `undefined` where it does not wait for this process. */
function watchdogPeriodMs(env: Environment, pid: number): number | undefined {
  if (env.WATCHDOG_PID && env.WATCHDOG_PID !== `${pid}`) return undefined;
  const microseconds = Number(env.WATCHDOG_USEC);
  return microseconds > 0 ? microseconds / 2000 : undefined;
}
