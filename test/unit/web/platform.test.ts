import { describe, expect, it } from 'vitest';
import { goesOn, troubles } from '../../../dashboards/web/src/view/platform.ts';

describe('what needs a person', () => {
  it('is named in the order of the data’s way, ready or not', () => {
    expect(
      troubles({
        store: { isReady: true, state: 'field_type_conflict' },
        journal: { isReady: true, state: 'ok' },
        spool: { isReady: false, state: 'full' },
        broker: { isReady: false, state: 'unreachable' },
      }),
    ).toEqual([
      { dependency: 'broker', state: 'unreachable' },
      { dependency: 'spool', state: 'full' },
      { dependency: 'store', state: 'field_type_conflict' },
    ]);
  });

  it('is nothing at a start', () => {
    expect(troubles({ store: { isReady: false, state: 'connecting' } })).toEqual([]);
    expect(troubles({})).toEqual([]);
  });
});

it('leaves the alarms going where it is the history that waits', () => {
  expect(goesOn({ dependency: 'store', state: 'unreachable' })).toBe(true);
  expect(goesOn({ dependency: 'spool', state: 'full' })).toBe(true);
  expect(goesOn({ dependency: 'broker', state: 'unreachable' })).toBe(false);
  expect(goesOn({ dependency: 'journal', state: 'disk_full' })).toBe(false);
});
