import { expect, test } from 'vitest';
import { World } from '../../../support/correlation.ts';

test('a device’s faults are one incident that ends with the last of them', () => {
  const world = new World().site('a', 2).start().raise('UPS_BYPASS', 'a', 'ups-1');
  expect(world.only()).toMatchObject({
    class: 'device',
    cause: 'local',
    severity: 'major',
    devices: ['a/ups-1'],
  });
  world.pass(20).raise('UPS_FAULT', 'a', 'ups-1');
  expect(world.only().severity).toBe('critical');
  world.clear('UPS_FAULT', 'a', 'ups-1').pass(400);
  expect(world.only().severity).toBe('major');
  world.clear('UPS_BYPASS', 'a', 'ups-1', 'NORM');
  expect(world.top()).toEqual([]);
  expect(world.intents.map(({ kind }) => kind)).toEqual(['first', 'restored']);
});

test('faults of two devices are two incidents, beside an outage too', () => {
  const world = new World().site('a', 2).start().lose('a', 'ups-1', 'ups-2');
  world.raise('UPS_OVERLOAD', 'a', 'ups-1').raise('UPS_FAULT', 'a', 'ups-2');
  expect(world.top().map((one) => one.class)).toEqual(['site', 'device', 'device']);
});

test('minor alarms and warnings make no incident', () => {
  const world = new World().site('a', 1).start().raise('BATT_TEMP', 'a', 'ups-1');
  world.raise('MAINS_VOLT', 'a', 'ups-1').raise('CLOCK_OFF', 'a', 'ups-1', { severity: 'minor' });
  expect(world.top()).toEqual([]);
  expect(world.alarm('BATT_TEMP', 'a', 'ups-1').incidentId).toBeUndefined();
});

test('a latched alarm holds its incident until it is reset', () => {
  const world = new World().site('a', 0).device('a', 'sc', { kind: 'scanner', input: 'unknown' });
  world.start().raise('SC_INTERLOCK', 'a', 'sc').clear('SC_INTERLOCK', 'a', 'sc', 'LATCH_UNACK');
  world.pass(20);
  expect(world.told('first')).toHaveLength(1);
  world.clear('SC_INTERLOCK', 'a', 'sc', 'NORM');
  expect(world.top()).toEqual([]);
});

test('a fault whose alarm is shelved stays what it was', () => {
  const world = new World().site('a', 1).start().raise('UPS_FAULT', 'a', 'ups-1');
  world.put({ ...world.alarm('UPS_FAULT', 'a', 'ups-1'), suppression: 'shelved' }).pass(20);
  expect(world.only().severity).toBe('critical');
  expect(world.intents).toEqual([]);
  world.put({ ...world.alarm('UPS_FAULT', 'a', 'ups-1'), suppression: 'none' }).pass(1);
  expect(world.told('first')).toHaveLength(1);
});

test('unstable mains after the outage has ended are not appended to it', () => {
  const world = new World().site('a', 1).start().lose('a', 'ups-1').pass(20);
  world.raise('MAINS_FLAP', 'a', 'ups-1').restore('a', 'ups-1');
  expect(world.top()).toEqual([]);
  world.put({ ...world.alarm('MAINS_FLAP', 'a', 'ups-1'), state: 'ACKED' });
  expect(world.top()).toEqual([]);
  world.clear('MAINS_FLAP', 'a', 'ups-1').raise('MAINS_FLAP', 'a', 'ups-1');
  expect(world.only().class).toBe('device');
});

test('an alarm that comes anew leaves the incident that has ended', () => {
  const world = new World().site('a', 1).start().raise('UPS_FAULT', 'a', 'ups-1');
  const first = world.only().id;
  world.clear('UPS_FAULT', 'a', 'ups-1').pass(10).raise('UPS_FAULT', 'a', 'ups-1');
  expect(world.only()).toMatchObject({ recurrenceOf: first });
});

test('on battery hides what follows from it on the same feed, and nothing that endangers', () => {
  const world = new World().site('a', 0);
  world.device('a', 'ups-1', { feed: 'A' }).device('a', 'ups-2', { feed: 'B' });
  world.device('a', 'ups-3', { feed: 'A' }).start();
  world.lose('a', 'ups-1').lose('a', 'ups-3');
  for (const device of ['ups-1', 'ups-2']) {
    for (const code of ['MAINS_VOLT', 'MAINS_FREQ', 'UPS_CHARGER', 'UPS_CRITICAL'] as const) {
      world.raise(code, 'a', device);
    }
    world.raise('BATT_TEMP', 'a', device).raise('UPS_OVERLOAD', 'a', device);
  }
  expect(world.suppressions).toEqual(
    ['MAINS_VOLT', 'MAINS_FREQ', 'UPS_CHARGER'].map((code) => ({
      alarmId: `a.ups-1.${code}`,
      sourceId: 'a.ups-1.UPS_ON_BATTERY',
    })),
  );
});

test('one order at a time: who is to shut down now is not told to finish the scan', () => {
  const world = new World().site('a', 2).start().lose('a', 'ups-1');
  world.raise('UPS_MARGIN_LOW', 'a', 'ups-1').raise('UPS_MARGIN_LOW', 'a', 'ups-2');
  world.raise('SHUTDOWN_NOW', 'a', 'ups-1');
  expect(world.suppressions).toEqual([
    { alarmId: 'a.ups-1.UPS_MARGIN_LOW', sourceId: 'a.ups-1.SHUTDOWN_NOW' },
  ]);
});

test('what is hidden is shown again 60 s after its source has ended, by the next one not at all', () => {
  const world = new World().site('a', 2).start().raise('MAINS_VOLT', 'a', 'ups-2');
  world.lose('a', 'ups-1');
  expect(world.suppressions).toHaveLength(1);
  world.pass(30).lose('a', 'ups-2').restore('a', 'ups-1');
  expect(world.suppressions.at(-1)).toEqual({
    alarmId: 'a.ups-2.MAINS_VOLT',
    sourceId: 'a.ups-2.UPS_ON_BATTERY',
  });
  world.pass(10).restore('a', 'ups-2').pass(59);
  expect(world.suppressions).toHaveLength(2);
  world.pass(1);
  expect(world.suppressions.at(-1)).toEqual({ alarmId: 'a.ups-2.MAINS_VOLT', sourceId: undefined });
});

test('the hold goes on over a restart', () => {
  const world = new World().site('a', 1).start().lose('a', 'ups-1');
  world.raise('MAINS_VOLT', 'a', 'ups-1').raise('UPS_CHARGER', 'a', 'ups-1').pass(20).restart();
  world.pass(10).restore('a', 'ups-1').pass(30).restart().pass(29);
  expect(world.suppressions).toHaveLength(2);
  world.alarms.delete('a.ups-1.UPS_ON_BATTERY');
  world.pass(1);
  expect(world.suppressions).toHaveLength(4);
});

test('a source that nobody knows any more holds for a minute after the start', () => {
  const world = new World().site('a', 1).start().raise('MAINS_VOLT', 'a', 'ups-1');
  world.put({
    ...world.alarm('MAINS_VOLT', 'a', 'ups-1'),
    suppression: 'suppressed',
    suppressedBy: 'a.ups-9.UPS_ON_BATTERY',
  });
  world.restart().pass(59);
  expect(world.suppressions).toEqual([]);
  world.pass(1);
  expect(world.suppressions).toHaveLength(1);
});
