import { outcomeOf } from '../../adapters/influx/answer.ts';
import { quoteName } from '../../adapters/influx/influx-ql.ts';
import { queryRows } from '../../adapters/influx/query-client.ts';
import { WriteClient, type WriteTarget } from '../../adapters/influx/write-client.ts';
import type { Topology } from '../../contract/config.ts';
import { type Check, find, note, type Outcome, reasonOf } from './check.ts';
import { influxTarget } from './influx-target.ts';

const TIMEOUT_MS = 8000;
/** A write without a point: rights and database are looked at, nothing is stored. */
const NO_POINT = Buffer.from('# is it there?');

export const influx: Check = {
  name: 'influx',
  timeoutSeconds: 30,
  run: async ({ settings, topology }, outcome) => {
    if (settings.influxUrl === undefined) {
      note(outcome, 'embedded_store', {});
      return;
    }
    const target = influxTarget(settings.influxUrl);
    if (!(await isThere(target, outcome))) return;
    if (!(await lookAtWriting(target, outcome))) return;
    if (await lookAtReading(target, outcome)) await lookAtPolicy(target, topology, outcome);
  },
};

async function isThere({ origin }: WriteTarget, outcome: Outcome): Promise<boolean> {
  try {
    await fetch(`${origin}/ping`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return true;
  } catch (error) {
    find(outcome, 'influx_unreachable', { origin, reason: reasonOf(error) });
    return false;
  }
}

/** Whether the rest is worth asking. */
async function lookAtWriting(target: WriteTarget, outcome: Outcome): Promise<boolean> {
  const client = new WriteClient(target);
  const answer = await client.post(NO_POINT, AbortSignal.timeout(TIMEOUT_MS));
  client.close();
  const { origin, database, username: user = '' } = target;
  const written = outcomeOf(answer);
  if (written.outcome === 'stored') return true;
  const reason = `${answer.status} ${answer.text}`;
  if (written.state === 'database_missing') {
    // A stranger's password is looked at first of all by a query.
    const refusal = await refusalOf(target, 'SHOW DATABASES');
    if (refusal !== undefined && /authoriz|authentic|\b401\b/i.test(refusal) && !isRight(refusal))
      find(outcome, 'influx_unauthorized', { user, reason: refusal });
    else find(outcome, 'influx_database_missing', { database });
    return false;
  }
  if (written.state === 'retention_policy_missing') {
    find(outcome, 'influx_no_policy', { database });
    return false;
  }
  if (written.state !== 'unauthorized') find(outcome, 'influx_refuses', { origin, reason });
  else if (answer.status === 403 && isRight(answer.text))
    find(outcome, 'influx_may_not_write', { user, database, reason });
  else {
    find(outcome, 'influx_unauthorized', { user, reason });
    return false;
  }
  return written.state === 'unauthorized';
}

/** A known user without a right, and not an unknown one. */
function isRight(text: string): boolean {
  return /not authorized to|requires admin|permission/i.test(text);
}

async function lookAtReading(target: WriteTarget, outcome: Outcome): Promise<boolean> {
  const { database, username: user = '' } = target;
  const reason = await refusalOf(target, 'SHOW MEASUREMENTS LIMIT 1');
  if (reason === undefined) return true;
  find(outcome, 'influx_may_not_read', { user, database, reason });
  return false;
}

async function refusalOf(target: WriteTarget, text: string): Promise<string | undefined> {
  try {
    for await (const _ of queryRows(target, { text, timeoutMs: TIMEOUT_MS })) break;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What InfluxDB deletes by itself must not be younger than what `retention` keeps. */
async function lookAtPolicy(target: WriteTarget, topology: Topology | undefined, outcome: Outcome) {
  const { database } = target;
  const text = `SHOW RETENTION POLICIES ON ${quoteName(database)}`;
  try {
    for await (const { columns, values } of queryRows(target, { text, timeoutMs: TIMEOUT_MS })) {
      const at = (name: string) => columns.indexOf(name);
      const policy = values.find((row) => row[at('default')] === true);
      if (policy === undefined) {
        find(outcome, 'influx_no_policy', { database });
        return;
      }
      const duration = String(policy[at('duration')]);
      const kept = secondsOf(duration);
      const wanted = topology?.retention?.raw ?? 0;
      if (kept > 0 && kept < wanted) {
        const retention = `${wanted / 86_400}d`;
        find(outcome, 'influx_policy_short', { database, policy: duration, retention });
      }
    }
  } catch {
    // InfluxDB 3 knows no policies, 2 may not tell them: neither is a fault.
  }
}

/** `168h0m0s` */
function secondsOf(duration: string): number {
  const [, hours = 0, minutes = 0, seconds = 0] = /^(\d+)h(\d+)m(\d+)s$/.exec(duration) ?? [];
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
