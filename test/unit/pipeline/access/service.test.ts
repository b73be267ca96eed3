import { describe, expect, test } from 'vitest';
import type { Role, Scope } from '../../../../src/contract/access.ts';
import type { Emergency } from '../../../../src/contract/schedule.ts';
import { AUDITOR_DELAY_MS, permissionsOf } from '../../../../src/domain/access/permission.ts';
import { NOBODY, OPEN_PRINCIPAL, type Principal } from '../../../../src/domain/access/principal.ts';
import { createServiceOf } from '../../../../src/pipeline/access/service.ts';
import { openWorld, type WorldPlan } from '../../../support/border-world.ts';
import { FakeCommands } from '../../../support/fake-queries.ts';
import { START } from '../../../support/sample.ts';

const PLAN: WorldPlan = {
  sites: [
    { id: 's0x', region: 'lviv', queue: '3.1' },
    { id: 's1x', region: 'lviv', queue: '4.2' },
    { id: 's2x', region: 'volyn', queue: '3.1' },
    { id: 's3x', region: 'volyn', queue: '4.2' },
    { id: 's4x', region: undefined, queue: undefined },
    { id: 's5x', region: 'odesa', queue: undefined },
  ],
  incidents: ['s0x', 's1x', 's2x'],
  absorbed: ['s0x', 's2x'],
  outages: [
    { site: 's0x', beganHoursAgo: 72, isOver: true },
    { site: 's0x', beganHoursAgo: 60, isOver: false },
    { site: 's0x', beganHoursAgo: 20, isOver: true },
    { site: 's2x', beganHoursAgo: 72, isOver: true },
  ],
};
const LVIV: Scope = { regions: ['lviv'], sites: [] };
const HOUR_MS = 3_600_000;

function principalOf(role: Role, changes: Partial<Principal> = {}): Principal {
  const permissions = permissionsOf(role);
  return { ...OPEN_PRINCIPAL, kind: 'user', name: 'olena', role, permissions, ...changes };
}

function serve(principal: Principal) {
  const world = openWorld(PLAN);
  const commands = new FakeCommands();
  const options = { queries: world.queries, commands, clock: world.clock };
  return { ...world, commands, service: createServiceOf(options)(principal) };
}

const seen = { commandId: 'c-1', occurrence: 1, version: 1 };

describe('somebody without limits', () => {
  test('is given everything as it is', () => {
    const { service, queries, commands } = serve(principalOf('administrator'));
    expect(service.queries).toBe(queries);
    expect(service.commands).toBe(commands);
  });
});

describe('the name in the journal', () => {
  test.each([
    ['of an account, whatever name is given', principalOf('viewer'), 'olena', true],
    ['of a token', principalOf('viewer', { kind: 'token', name: 'kiosk' }), 'token:kiosk', true],
    ['that is given while there are no accounts', OPEN_PRINCIPAL, 'Тарас', false],
  ])('is that %s', (_, principal, name, isVerified) => {
    expect(serve(principal).service.actor('Тарас')).toEqual({ name, isVerified });
  });

  test('is unknown where none is given', () => {
    const actor = serve(OPEN_PRINCIPAL).service.actor(undefined);
    expect(actor).toEqual({ name: 'unknown', isVerified: false });
  });
});

describe('an alarm', () => {
  async function act(alarmId: string, scope: Scope) {
    const { service, commands } = serve(principalOf('supervisor', { scope }));
    const command = { type: 'acknowledge', alarmId, ...seen } as const;
    const answer = await service.commands.actOnAlarm(command, service.actor(undefined));
    return { answer, given: commands.given.length };
  }

  test.each(['s0x.ups-1.UPS_ON_BATTERY', '*.lviv.REGIONAL_OUTAGE'])(
    '%s of one’s own is acted on',
    async (id) => {
      expect(await act(id, LVIV)).toEqual({ answer: { ok: true, version: 2 }, given: 1 });
    },
  );

  test.each(['s2x.ups-1.UPS_ON_BATTERY', '*.volyn.REGIONAL_OUTAGE', 's9x.ups-1.UPS_ON_BATTERY'])(
    '%s of others is not there',
    async (id) => {
      expect(await act(id, LVIV)).toEqual({
        answer: { ok: false, code: 'SVT_NOT_FOUND' },
        given: 0,
      });
    },
  );

  test.each([
    ['*.queue:3.1.REGIONAL_OUTAGE', LVIV],
    ['*.WIDE_AREA_OUTAGE', LVIV],
    ['*.lviv.REGIONAL_OUTAGE', { regions: [], sites: ['s0x'] }],
  ])('%s that is also of others is for those who have all of it', async (id, scope) => {
    expect(await act(id, scope)).toMatchObject({ answer: { code: 'SVT_FORBIDDEN' }, given: 0 });
  });
});

describe('an incident', () => {
  async function act(scope: Scope, type: 'take' | 'note', incidentId: string, site?: string) {
    const { service, commands } = serve(principalOf('supervisor', { scope }));
    const command =
      type === 'take'
        ? { type, incidentId, commandId: 'c-1', revision: 1 }
        : { type, incidentId, commandId: 'c-1', text: 'їду', ...(site ? { site } : {}) };
    const answer = await service.commands.actOnIncident(command, service.actor(undefined));
    expect(commands.given).toHaveLength(answer.ok ? 1 : 0);
    return answer.ok ? 'done' : answer.code;
  }

  test.each([
    ['take', 'power.s0x.1', undefined, 'done'],
    ['take', 'power.s2x.1', undefined, 'SVT_NOT_FOUND'],
    ['take', 'nothing', undefined, 'SVT_NOT_FOUND'],
    ['take', 'wide_area.1', undefined, 'SVT_FORBIDDEN'],
    ['take', 'platform.1', undefined, 'SVT_FORBIDDEN'],
    ['note', 'power.s0x.1', undefined, 'done'],
    ['note', 'power.s2x.1', 's0x', 'SVT_NOT_FOUND'],
    ['note', 'wide_area.1', undefined, 'SVT_SITE_NEEDED'],
    ['note', 'wide_area.1', 's0x', 'done'],
    ['note', 'wide_area.1', 's2x', 'SVT_NOT_FOUND'],
    ['note', 'wide_area.1', 's9x', 'SVT_NOT_FOUND'],
  ] as const)(
    '%s of %s about site %s by a supervisor of Lviv: %s',
    async (type, id, site, code) => {
      expect(await act(LVIV, type, id, site)).toBe(code);
    },
  );

  test('of several sites is taken by whoever has all of them', async () => {
    const both = { regions: ['volyn'], sites: ['s0x'] };
    expect(await act(both, 'take', 'wide_area.1')).toBe('done');
  });
});

describe('the outage schedule', () => {
  async function enter(command: Parameters<FakeCommands['enterSchedule']>[0], scope = LVIV) {
    const { service, commands } = serve(principalOf('supervisor', { scope }));
    const answer = await service.commands.enterSchedule(command, service.actor(undefined));
    expect(commands.given).toHaveLength(answer.ok ? 1 : 0);
    return answer.ok ? 'done' : answer.code;
  }

  const day = { date: '2026-11-25', queue: '3.1', slots: [] };
  const emergency = { type: 'emergency', from: new Date(START).toISOString() } as const;

  test.each([
    ['lviv', 'done'],
    ['volyn', 'SVT_FORBIDDEN'],
    [undefined, 'SVT_FORBIDDEN'],
  ])('a day of the region %s by a supervisor of Lviv: %s', async (region, code) => {
    const named = { ...day, ...(region === undefined ? {} : { region }) };
    expect(await enter({ type: 'enter-days', days: [named] })).toBe(code);
    expect(await enter({ type: 'remove-day', day: named })).toBe(code);
  });

  test('of several days each has to be one’s own', async () => {
    const days = ['lviv', 'volyn'].map((region) => ({ ...day, region }));
    expect(await enter({ type: 'enter-days', days })).toBe('SVT_FORBIDDEN');
  });

  test('a region is not one’s own by its sites', async () => {
    const scope = { regions: [], sites: ['s0x', 's1x'] };
    const command = { type: 'enter-days', days: [{ ...day, region: 'lviv' }] } as const;
    expect(await enter({ ...command, days: [...command.days] }, scope)).toBe('SVT_FORBIDDEN');
  });

  const places: [Pick<Emergency, 'regions' | 'sites'>, string][] = [
    [{ regions: ['lviv'] }, 'done'],
    [{ sites: ['s0x', 's1x'] }, 'done'],
    [{ regions: ['lviv'], sites: ['s0x'] }, 'done'],
    [{ regions: ['lviv', 'volyn'] }, 'SVT_FORBIDDEN'],
    [{ sites: ['s0x', 's2x'] }, 'SVT_FORBIDDEN'],
    [{ sites: ['s9x'] }, 'SVT_FORBIDDEN'],
    [{ regions: [], sites: [] }, 'SVT_FORBIDDEN'],
    [{}, 'SVT_FORBIDDEN'],
  ];

  test.each(places)('an emergency of %j by a supervisor of Lviv: %s', async (place, code) => {
    const one = { ...emergency, ...place };
    expect(await enter({ type: 'declare-emergency', emergency: one })).toBe(code);
    expect(await enter({ type: 'remove-emergency', emergency: one })).toBe(code);
  });
});

describe('an auditor', () => {
  test('is told sums of what was over a day ago', async () => {
    const { service, queries } = serve(principalOf('auditor'));
    const now = service.queries.now();
    expect(now).toBe(START - AUDITOR_DELAY_MS);
    const span = { fromMs: START - 100 * HOUR_MS, toMs: START };
    const late = await service.queries.outageSummary(span);
    const [own] = late.saved.filter(({ donor }) => donor === 'friends of s0x');
    expect(own?.upsSeconds).toBe(60);
    const all = await queries.outageSummary(span);
    expect(all.saved.find(({ donor }) => donor === 'friends of s0x')?.upsSeconds).toBe(180);
  });

  test('is told no sums that begin within the last day', async () => {
    const { service } = serve(principalOf('auditor'));
    const span = { fromMs: START - 24 * HOUR_MS, toMs: START };
    await expect(service.queries.outageSummary(span)).rejects.toMatchObject({
      code: 'SVT_BAD_REQUEST',
    });
  });

  test('with limits is told those of its own sites', async () => {
    const { service } = serve(principalOf('auditor', { scope: LVIV }));
    const span = { fromMs: START - 100 * HOUR_MS, toMs: START };
    const { saved, sites } = await service.queries.outageSummary(span);
    expect(saved.map(({ donor }) => donor)).toEqual(['friends of s0x']);
    expect(sites.map(({ site }) => site)).toEqual(['s0x', 's1x']);
  });

  test('is told nothing else', async () => {
    const { service } = serve(principalOf('auditor'));
    expect(service.queries.sites()).toEqual([]);
    expect(service.queries.devices()).toEqual([]);
    expect(service.queries.alarms({ state: 'all' })).toEqual([]);
    expect(service.queries.incidents()).toEqual([]);
    expect(await service.queries.outages({})).toEqual([]);
  });
});

test('a session that has run out does nothing', async () => {
  const { service, commands } = serve(
    principalOf('supervisor', { isReadOnly: true, permissions: new Set(['see']) }),
  );
  const actor = service.actor(undefined);
  const alarmId = 's0x.ups-1.UPS_ON_BATTERY';
  const answers = await Promise.all([
    service.commands.actOnAlarm({ type: 'acknowledge', alarmId, ...seen }, actor),
    service.commands.actOnIncident(
      { type: 'take', incidentId: 'power.s0x.1', commandId: 'c', revision: 1 },
      actor,
    ),
    service.commands.enterSchedule({ type: 'enter-days', days: [] }, actor),
  ]);
  expect(answers.map((one) => (one.ok ? 'done' : one.code))).toEqual(
    Array(3).fill('SVT_FORBIDDEN'),
  );
  expect(commands.given).toEqual([]);
});

test('nobody is told nothing and does nothing', async () => {
  const { service, commands } = serve(NOBODY);
  expect(service.queries.sites()).toEqual([]);
  const command = { type: 'acknowledge', alarmId: 's0x.ups-1.UPS_ON_BATTERY', ...seen } as const;
  expect(await service.commands.actOnAlarm(command, service.actor('x'))).toMatchObject({
    code: 'SVT_NOT_FOUND',
  });
  expect(commands.given).toEqual([]);
});
