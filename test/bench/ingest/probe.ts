import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A series of alarms of the UPSs with the numbers from `first` on; or: end the one that runs. */
export type ProbeRequest = { first: number; count: number } | 'stop';

export interface ProbeAnswer {
  /** From the call of publish to the alarm's receipt, ms each. */
  latencies: number[];
  /** Alarms that did not come within 10 s. */
  missed: number;
}

export interface Prober {
  /** Resolves when every UPS is known to be on mains and the alarms begin. */
  begin(first: number, count: number): Promise<{ answer: Promise<ProbeAnswer> }>;
  /** A series from its begin to its end. */
  run(first: number, count: number): Promise<ProbeAnswer>;
  /** The running series answers with what it has. */
  stop(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The alarm prober in a process of its own. */
export async function startProber(brokerUrl: string, liveUrl: string): Promise<Prober> {
  const child = fork(join(import.meta.dirname, 'alarm-prober.ts'), [brokerUrl, liveUrl]);
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const ended = once(child, 'exit');
  const next = async (): Promise<unknown> => {
    const [said] = await Promise.race([once(child, 'message'), ended]);
    if (child.exitCode !== null) throw new Error(`the alarm prober ended with ${child.exitCode}`);
    return said;
  };
  await next();
  const begin = async (first: number, count: number) => {
    child.send({ first, count } satisfies ProbeRequest);
    await next();
    return { answer: next() as Promise<ProbeAnswer> };
  };
  return {
    begin,
    run: async (first, count) => (await begin(first, count)).answer,
    stop: () => void child.send('stop' satisfies ProbeRequest),
    [Symbol.asyncDispose]: async () => {
      process.removeListener('exit', killAtExit);
      child.kill('SIGKILL');
      await ended;
    },
  };
}
