import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Entry, Timetable } from '../../../src/adapters/cron/timetable.ts';
import { recordingLog } from '../../support/fake-ports.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;

let timetable: Timetable | undefined;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 24, 20, 0, 0) });
});

afterEach(() => {
  timetable?.stop();
  vi.useRealTimers();
});

function open(entry: Omit<Entry, 'name'>, timezone = 'Europe/Kyiv') {
  const { log, messages } = recordingLog();
  timetable = new Timetable([{ name: 'test', ...entry }], timezone, log);
  return { timetable, messages };
}

/** The times at which the entry came, as the clock in UTC showed. */
function recorded(at: string, timezone?: string) {
  const times: string[] = [];
  const work = () => {
    times.push(new Date().toISOString().slice(8, 19));
  };
  return { times, ...open({ at, work }, timezone) };
}

test('work comes at its time in the fleet’s time zone', async () => {
  const { times, timetable: opened } = recorded('0 17 2 * * *');
  opened.start();
  await vi.advanceTimersByTimeAsync(30 * HOUR);
  expect(times).toEqual(['25T00:17:00', '26T00:17:00']);
});

test('another time zone counts at once, while it runs and before', async () => {
  const { times, timetable: opened } = recorded('0 17 2 * * *');
  opened.configure('UTC');
  opened.start();
  await vi.advanceTimersByTimeAsync(12 * HOUR);
  opened.configure('Asia/Tokyo');
  await vi.advanceTimersByTimeAsync(24 * HOUR);
  expect(times).toEqual(['25T02:17:00', '25T17:17:00']);
});

test('every minute, six seconds after it began, until it is stopped', async () => {
  const { times, timetable: opened } = recorded('6 * * * * *');
  opened.start();
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  opened.stop();
  await vi.advanceTimersByTimeAsync(5 * MINUTE);
  expect(times).toEqual(['24T20:00:06', '24T20:01:06']);
});

test('work that takes longer than its period does not overlap with itself', async () => {
  let going = 0;
  let most = 0;
  const work = async () => {
    going += 1;
    most = Math.max(most, going);
    await new Promise((resolve) => setTimeout(resolve, 150_000));
    going -= 1;
  };
  open({ at: '6 * * * * *', work }).timetable.start();
  await vi.advanceTimersByTimeAsync(10 * MINUTE);
  expect(most).toBe(1);
});

test('work that fails is said, and comes again', async () => {
  let count = 0;
  const work = async () => {
    count += 1;
    throw new Error('no');
  };
  const { timetable: opened, messages } = open({ at: '6 * * * * *', work });
  opened.start();
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  expect(count).toBe(2);
  expect(messages).toContain('cron: work failed');
});
