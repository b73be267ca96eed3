import type { AlarmCode } from '../../src/contract/alarm.ts';
import { topologySchema } from '../../src/contract/config.ts';
import type { Kind } from '../../src/contract/kind.ts';
import { rulesOf } from '../../src/domain/alarm/rule.ts';
import type { Condition } from '../../src/domain/alarm/rule-shape.ts';
import type { Watched } from './watched.ts';

const book = rulesOf(topologySchema.parse({}));

/** An untuned rule's truth for a device now. */
export function truthOf(code: AlarmCode, watched: Watched, isStanding = false): Condition {
  const kind: Kind = watched.kind;
  const rule = book.of('krakivets', 'one', kind).find((one) => one.code === code);
  if (rule === undefined) throw new Error(`${code} is no rule of a ${kind}`);
  return rule.evaluate(watched.subject(), isStanding);
}

export const active = (reason: string, more: object = {}) => ({ truth: 'active', reason, ...more });
export const inactive = (reason: string) => ({ truth: 'inactive', reason });
export const unknown = { truth: 'unknown' };
