import { ChaosConnection } from './chaos-connection.ts';
import { chaosPayload, chaosTopic } from './chaos-message.ts';
import type { PublisherCommand, PublisherReport, PublisherSettings } from './chaos-publisher.ts';

/**
 * Publishes the load of a chaos test at its rate, as a process of its own so that nothing else of the test
 * slows it. Message number `m` of all is number `m / devices` of device `m % devices`, and goes over
 * connection `m % connections`. Driven over Node's IPC; ends with its parent.
 */
const settings = JSON.parse(process.argv[2] ?? '{}') as PublisherSettings;
const { plan, port, connections: count } = settings;
const PACE_MS = 2;
const REPORT_MS = 100;
const SETTLE_MS = 60_000;

const connections = Array.from(
  { length: count },
  (_, line) =>
    new ChaosConnection({
      port,
      clientId: `chaos-${line}`,
      messageOf: (number) => {
        const message = number * count + line;
        const device = message % plan.devices;
        const index = Math.floor(message / plan.devices);
        return { topic: chaosTopic(device), payload: chaosPayload(plan, device, index) };
      },
    }),
);

const startedAt = performance.now();
const pace = setInterval(() => {
  const due = Math.floor(((performance.now() - startedAt) / 1000) * plan.perSecond);
  connections.forEach((one, line) => {
    one.sendUntil(Math.ceil((due - line) / count));
  });
}, PACE_MS);

const sum = (of: (one: ChaosConnection) => number) =>
  connections.reduce((total, one) => total + of(one), 0);

function report(isFinal: boolean): PublisherReport {
  return {
    isFinal,
    sent: connections.map((one) => one.sent),
    unacknowledged: isFinal ? connections.map((one) => one.unacknowledged()) : [],
    acknowledged: sum((one) => one.acknowledged),
    repeated: sum((one) => one.repeated),
    seconds: (performance.now() - startedAt) / 1000,
  };
}

const progress = setInterval(() => process.send?.(report(false)), REPORT_MS);

async function finish(command: PublisherCommand): Promise<void> {
  clearInterval(pace);
  const sentFor = report(false).seconds;
  const deadline = performance.now() + SETTLE_MS;
  while (command === 'settle' && performance.now() < deadline) {
    if (connections.every((one) => one.isSettled)) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  clearInterval(progress);
  for (const one of connections) one.destroy();
  process.send?.({ ...report(true), seconds: sentFor }, () => process.disconnect());
}

process.on('message', (command: PublisherCommand) => void finish(command));
process.on('disconnect', () => process.exit());
