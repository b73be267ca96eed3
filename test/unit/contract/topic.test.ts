import { describe, expect, it } from 'vitest';
import { decodeTopic, encodeTopic, topicFilter } from '../../../src/contract/topic.ts';

const parts = { site: 'krakivets', kind: 'ups', device: 'ups-1', channel: 'telemetry' } as const;

describe('topics', () => {
  it('encode and decode the same parts', () => {
    const topic = encodeTopic('svitlo/v1', parts);
    expect(topic).toBe('svitlo/v1/krakivets/ups/ups-1/telemetry');
    expect(decodeTopic('svitlo/v1', topic)).toEqual(parts);
  });

  it('are subscribed to by one filter', () => {
    expect(topicFilter('svitlo-sim/v1')).toBe('svitlo-sim/v1/+/+/+/+');
  });

  it.each(['a', '9', 'a-', 'a'.repeat(63)])('take the identifier %s', (id) => {
    expect(decodeTopic('r', `r/${id}/power/${id}/state`)).toMatchObject({ site: id, device: id });
  });

  it.each(['', '-a', 'A', 'ї', 'a_b', 'a.b', 'a b', '$a', '+', 'a'.repeat(64)])(
    'refuse the identifier "%s"',
    (id) => {
      expect(decodeTopic('r', `r/${id}/ups/b/state`)).toBeUndefined();
      expect(decodeTopic('r', `r/b/ups/${id}/state`)).toBeUndefined();
    },
  );

  it.each([
    'svitlo/v1',
    'svitlo/v1/',
    'svitlo/v1/$monitor',
    'svitlo/v1/a/ups/b',
    'svitlo/v1/a/ups/b/telemetry/',
    'svitlo/v1/a/ups/b/Telemetry',
    'svitlo/v1/a/generator/b/telemetry',
    'svitlo/v1/a/constructor/b/telemetry',
    'svitlo/v10/a/ups/b/telemetry',
    'svitlo-sim/v1/a/ups/b/telemetry',
    '/svitlo/v1/a/ups/b/telemetry',
  ])('off the pattern: %s', (topic) => {
    expect(decodeTopic('svitlo/v1', topic)).toBeUndefined();
  });
});
