import { fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { LoadPlan } from './chaos-message.ts';
import { until } from './wait.ts';

export interface PublisherSettings {
  plan: LoadPlan;
  /** The broker's, or a proxy's before it. */
  port: number;
  /** Devices are a multiple of it, so that a device keeps to one connection. */
  connections: number;
}

/** `settle` waits for the last PUBACK; `abandon` breaks off at once, as a power cut does. */
export type PublisherCommand = 'settle' | 'abandon';

export interface PublisherReport {
  isFinal: boolean;
  /** Messages sent so far on each connection. */
  sent: number[];
  /** Of each connection, the numbers of the messages without a PUBACK; in the final report alone. */
  unacknowledged: number[][];
  acknowledged: number;
  /** Sent again with DUP. */
  repeated: number;
  /** For how long messages were sent. */
  seconds: number;
}

/** What was sent, and what of it the broker acknowledged. */
export interface Publication {
  plan: LoadPlan;
  sentOf(device: number): number;
  isAcknowledged(device: number, index: number): boolean;
  sent: number;
  acknowledged: number;
  repeated: number;
  /** Messages a second that were truly sent. */
  rate: number;
}

export interface ChaosPublisher {
  sent(): number;
  acknowledged(): number;
  end(command: PublisherCommand): Promise<Publication>;
  [Symbol.asyncDispose](): Promise<void>;
}

const script = resolve(import.meta.dirname, 'chaos-publisher-process.ts');

/** Publishes from now on until it is ended. Resolves with the first acknowledged message. */
export async function startChaosPublisher(settings: PublisherSettings): Promise<ChaosPublisher> {
  const child = fork(script, [JSON.stringify(settings)], { stdio: 'inherit' });
  const exited = once(child, 'exit');
  let newest: PublisherReport | undefined;
  child.on('message', (report: PublisherReport) => {
    newest = report;
  });
  const total = () => newest?.sent.reduce((sum, one) => sum + one, 0) ?? 0;
  await until(() => (newest?.acknowledged ?? 0) > 0, { what: 'the publisher to be at work' });
  return {
    sent: total,
    acknowledged: () => newest?.acknowledged ?? 0,
    end: async (command) => {
      child.send(command);
      await exited;
      if (newest?.isFinal !== true) throw new Error('the publisher ended without a report');
      return publicationOf(settings, newest);
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Turns the numbers of each connection into those of each device. */
function publicationOf(
  { plan, connections }: PublisherSettings,
  report: PublisherReport,
): Publication {
  const missing = report.unacknowledged.map((numbers) => new Set(numbers));
  const numberOf = (device: number, index: number) =>
    Math.floor((index * plan.devices + device) / connections);
  const sent = report.sent.reduce((sum, one) => sum + one, 0);
  return {
    plan,
    sent,
    acknowledged: report.acknowledged,
    repeated: report.repeated,
    rate: sent / report.seconds,
    sentOf: (device) => {
      const onLine = report.sent[device % connections] ?? 0;
      const perRound = plan.devices / connections;
      return Math.max(0, Math.ceil((onLine - numberOf(device, 0)) / perRound));
    },
    isAcknowledged: (device, index) =>
      missing[device % connections]?.has(numberOf(device, index)) === false,
  };
}
