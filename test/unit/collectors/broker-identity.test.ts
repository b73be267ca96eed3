import { describe, expect, it } from 'vitest';
import { mayPublish, mayRead, rejectForeign } from '../../../collectors/mqtt/broker-identity.ts';
import { decodeIdentity, encodeIdentity } from '../../../src/contract/topic.ts';

const ROOT = 'svitlo/v1';

describe('an identity', () => {
  it('is of a device by its three parts', () => {
    const parts = { site: 'krakivets', kind: 'ups', device: 'ups-1' } as const;
    expect(decodeIdentity('krakivets/ups/ups-1')).toEqual(parts);
    expect(encodeIdentity(parts)).toBe('krakivets/ups/ups-1');
  });

  it.each([
    '',
    'monitor',
    'krakivets/ups',
    'krakivets/ups/ups-1/',
    'krakivets/fridge/ups-1',
    '#/ups/a',
    'a/ups/+',
    'A/ups/b',
  ])('is of none by %j', (identity) => {
    expect(decodeIdentity(identity)).toBeUndefined();
  });

  it.each([
    ['krakivets/ups/ups-1', 'svitlo/v1/krakivets/ups/ups-1/telemetry', true],
    ['krakivets/ups/ups-1', 'svitlo/v1/krakivets/ups/ups-1/own/words', true],
    ['krakivets/ups/ups-1', 'svitlo/v1/krakivets/ups/ups-10/telemetry', false],
    ['krakivets/ups/ups-1', 'svitlo/v1/krakivets/ups/ups-1', false],
    ['krakivets/ups/ups-1', 'svitlo/v2/krakivets/ups/ups-1/telemetry', false],
    ['krakivets/ups/ups-1', 'svitlo/v1/$monitor', false],
    ['monitor', 'svitlo/v1/krakivets/ups/ups-1/telemetry', false],
    ['krakivets', 'svitlo/v1/krakivets/ups/ups-1/telemetry', false],
    [undefined, 'anything', true],
  ])('of %s on %s: %s', (identity, topic, is) => {
    expect(mayPublish(identity, ROOT, topic)).toBe(is);
  });

  it('reads where it is the monitor’s, or where nobody signs in', () => {
    expect([undefined, 'monitor', 'krakivets/ups/ups-1'].map(mayRead)).toEqual([true, true, false]);
  });
});

describe('a foreign message', () => {
  const message = { root: ROOT, payload: Buffer.from('{}'), receivedAt: 5 };

  it('names the device that is claimed, and who was heard, printable and bounded', () => {
    const topic = 'svitlo/v1/krakivets/ups/ups-1/state';
    const decoded = rejectForeign({ ...message, topic }, `a\u202e\n${'x'.repeat(1000)}`);
    expect(decoded.claimed).toMatchObject({ site: 'krakivets', kind: 'ups', device: 'ups-1' });
    expect(decoded.rejects[0]?.detail).toMatch(/got a··x+$/);
    expect(decoded.rejects[0]?.detail.length).toBeLessThan(200);
    expect(decoded.sample).toBeUndefined();
  });

  it('claims nobody off the pattern', () => {
    const decoded = rejectForeign({ ...message, topic: 'svitlo/v1/$monitor' }, 'x');
    expect(decoded).not.toHaveProperty('claimed');
    expect(decoded.rejects).toHaveLength(1);
  });
});
