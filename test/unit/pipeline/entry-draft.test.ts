import { expect, test } from 'vitest';
import { EntryDraft } from '../../../src/pipeline/entry-draft.ts';
import { alarmChange } from '../../support/alarm-change.ts';

test('with nothing in it there is no entry', () => {
  const draft = new EntryDraft();
  draft.addAlarms([]);
  draft.take({});
  draft.remember('watch', []);
  expect(draft.entry()).toBeUndefined();
});

test('parts are gathered in their order, and none is named that is empty', () => {
  const draft = new EntryDraft();
  const intent = { id: 'i:1', incidentId: 'i', revision: 1, kind: 'first' as const, at: 1 };
  draft.take({ intents: [intent], removedOutages: ['o-1'] });
  draft.take({ intents: [{ ...intent, id: 'i:2' }] });
  expect(draft.entry()).toEqual({
    intents: [intent, { ...intent, id: 'i:2' }],
    removedOutages: ['o-1'],
  });
});

test('of what is remembered the newest of each key counts, that there is nothing any more included', () => {
  const draft = new EntryDraft();
  draft.remember('outage', [
    { key: 'a', body: '1' },
    { key: 'b', body: '1' },
  ]);
  draft.remember('outage', [{ key: 'a', body: undefined }]);
  draft.rememberOne({ space: 'watch', key: 'a', body: '2' });
  expect(draft.entry()).toEqual({
    remembered: [
      { space: 'outage', key: 'a', body: undefined },
      { space: 'outage', key: 'b', body: '1' },
      { space: 'watch', key: 'a', body: '2' },
    ],
  });
});

test('an alarm learns its incident in all of its steps, and nothing else of them changes', () => {
  const draft = new EntryDraft();
  const [one, other] = [alarmChange(1), alarmChange(1, 'ups-2')];
  draft.addAlarms([one, other]);
  draft.patchAlarm({ ...one.alarm, state: 'ACKED', incidentId: 'i-1' });
  draft.patchAlarm({ ...other.alarm });
  expect(draft.entry()).toEqual({
    alarms: [{ ...one, alarm: { ...one.alarm, incidentId: 'i-1' } }, other],
  });
});

test('an alarm that joins an incident does so in every change of it, and in no other', () => {
  const draft = new EntryDraft();
  const [first, other, second] = [alarmChange(1), alarmChange(2), alarmChange(3)];
  const same = { ...second, alarm: { ...second.alarm, id: first.alarm.id } };
  const alone = { ...other, alarm: { ...other.alarm, id: 'another' } };
  draft.addAlarms([first, alone]);
  draft.addAlarms([same]);
  draft.patchAlarm({ ...first.alarm, incidentId: 'i-7' });
  expect(draft.entry()?.alarms).toEqual([
    { ...first, alarm: { ...first.alarm, incidentId: 'i-7' } },
    alone,
    { ...same, alarm: { ...same.alarm, incidentId: 'i-7' } },
  ]);
});
