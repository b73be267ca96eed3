import { beforeEach, describe, expect, it } from 'vitest';
import type { ScheduleCommand } from '../../../src/contract/command.ts';
import { outageScheduleSchema } from '../../../src/contract/schedule.ts';
import { START, topology } from '../../support/sample.ts';
import { Station } from '../../support/station.ts';

/** START is a noon in UTC, 14:00 in Kyiv. */
const DATE = '2026-11-24';
const day = (date = DATE) => ({ date, queue: '3.1', slots: [{ from: '13:00', to: '16:00' }] });
const SLOT_ENDS = Date.UTC(2026, 10, 24, 14);

let station: Station;

beforeEach(() => {
  station = new Station();
});

const OLENA = { name: 'olena', isVerified: true };
const enter = (command: ScheduleCommand) => station.pipeline.desk.enterSchedule(command, OLENA);
const view = () => station.pipeline.outlook.schedule();
const fall = () => station.say('krakivets/ups-1', { 'ups.status': 'OB' });

describe('a day that a person enters', () => {
  it('is the cause of an outage that falls into it, with its end', async () => {
    expect(await enter({ type: 'enter-days', days: [day()] })).toEqual({ ok: true });
    await fall();
    expect(station.top()).toMatchObject({ cause: 'announced', slotEndsAt: SLOT_ENDS });
  });

  it('stands in the audit with who entered it', async () => {
    const command = { type: 'enter-days' as const, days: [day()] };
    await enter(command);
    const entered = station.pipeline.store.entries.flatMap(({ schedule = [] }) => schedule);
    expect(entered).toEqual([{ at: START, actor: OLENA, command }]);
  });

  it('outlives the process', async () => {
    await enter({ type: 'enter-days', days: [day()] });
    await station.restart(60);
    expect(view().days).toEqual([day()]);
    await fall();
    expect(station.top().cause).toBe('announced');
  });

  it('is gone for good when it is removed', async () => {
    await enter({ type: 'enter-days', days: [day()] });
    expect(await enter({ type: 'remove-day', day: { date: DATE, queue: '3.1' } })).toEqual({
      ok: true,
    });
    await station.restart();
    expect(view().days).toEqual([]);
  });

  it('cannot be removed where it is not', async () => {
    const { length } = station.pipeline.store.entries;
    expect(await enter({ type: 'remove-day', day: { date: DATE, queue: '3.1' } })).toEqual({
      ok: false,
      code: 'SVT_NOT_FOUND',
    });
    expect(station.pipeline.store.entries).toHaveLength(length);
  });

  it('says where the journal could not keep it', async () => {
    station.pipeline.store.failure = new Error('disk full');
    expect(await enter({ type: 'enter-days', days: [day()] })).toEqual({
      ok: false,
      code: 'SVT_JOURNAL_FAILED',
    });
  });
});

describe('an emergency that a person declares', () => {
  const from = new Date(START - 60_000).toISOString();

  it('is the cause in its region, also after a restart, until it is removed', async () => {
    const emergency = { type: 'emergency' as const, regions: ['lviv'], from };
    expect(await enter({ type: 'declare-emergency', emergency })).toEqual({ ok: true });
    await station.restart(1);
    await fall();
    expect(station.top().cause).toBe('emergency');
    const named = { type: 'emergency' as const, from };
    expect(await enter({ type: 'remove-emergency', emergency: named })).toEqual({ ok: true });
    expect(view().emergencies).toEqual([]);
    expect(await enter({ type: 'remove-emergency', emergency: named })).toMatchObject({
      code: 'SVT_NOT_FOUND',
    });
  });
});

describe('the schedule of the configuration', () => {
  it('counts beside what people enter, and goes with its configuration', async () => {
    const outageSchedule = outageScheduleSchema.parse({ days: [day()] });
    station = new Station({ ...topology(), outageSchedule });
    await enter({ type: 'enter-days', days: [day('2026-11-25')] });
    expect(
      view()
        .days.map(({ date }) => date)
        .sort(),
    ).toEqual([DATE, '2026-11-25']);
    station.pipeline.situation.configure(topology(), station.now);
    expect(view().days.map(({ date }) => date)).toEqual(['2026-11-25']);
  });

  it('says which queues have no plan for tomorrow in the evening', async () => {
    await station.restart(9 * 3600);
    expect(view().missing).toEqual([expect.objectContaining({ queue: '3.1', date: '2026-11-25' })]);
    await enter({ type: 'enter-days', days: [day('2026-11-25')] });
    expect(view().missing).toEqual([]);
  });
});
