import { afterEach, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { ANSWERS, errorBodySchema } from '../../../src/contract/http.ts';
import type { Outage } from '../../../src/contract/outage.ts';
import { createTestServer } from '../../support/http-server.ts';
import { incidentOf } from '../../support/incident.ts';
import { START } from '../../support/sample.ts';

const opened: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

function open() {
  const made = createTestServer();
  opened.push(made.server);
  /** The body, which must be of this shape and hold nothing beside it. */
  const get = async <T>(path: string, schema: z.ZodType<T>): Promise<T> => {
    const answer = await made.server.inject(`/api/v1${path}`);
    expect(answer.statusCode).toBe(200);
    const body = answer.json() as unknown;
    const parsed = schema.parse(body);
    expect(body).toEqual(parsed);
    return parsed;
  };
  const refusal = async (path: string) => {
    const answer = await made.server.inject(`/api/v1${path}`);
    return [answer.statusCode, errorBodySchema.parse(answer.json()).code];
  };
  return { ...made, get, refusal };
}

const outage: Outage = {
  id: 'o-1',
  site: 'krakivets',
  startedAt: START,
  endedAt: START + 90_500,
  duration: 'momentary',
  evidence: ['ups-1', 'supply'],
  cause: 'local',
  coverage: 0.5,
  isLate: false,
  generatorSeconds: 60,
  scanners: ['scanner-1', 'scanner-2'].map((device) => ({
    device,
    donor: 'EU',
    upsSeconds: 30,
    generatorSeconds: 60,
    offSeconds: 0,
    plannedOffSeconds: 0.5,
    unseenSeconds: 0,
  })),
};

describe('incidents', () => {
  test('are the open ones unless told, with times as text', async () => {
    const { get, known } = open();
    known.incidents.push(
      incidentOf({ takenBy: 'Olena', takenAt: START + 1000, slotEndsAt: START + 3_600_000 }),
      incidentOf({ id: 'i-0', state: 'resolved', resolvedAt: START }),
    );
    expect(await get('/incidents', ANSWERS.incidents)).toMatchObject([
      {
        id: 'i-1',
        openedAt: '2026-11-24T12:00:00.000Z',
        takenAt: '2026-11-24T12:00:01.000Z',
        slotEndsAt: '2026-11-24T13:00:00.000Z',
      },
    ]);
    expect(await get('/incidents?state=all', ANSWERS.incidents)).toHaveLength(2);
    expect(await get('/incidents?state=all&limit=1', ANSWERS.incidents)).toHaveLength(1);
  });

  test.each(['limit=0', 'limit=1001', 'limit=many', 'state=closed', 'site=krakivets'])(
    '?%s is refused',
    async (query) => {
      expect(await open().refusal(`/incidents?${query}`)).toEqual([400, 'SVT_BAD_REQUEST']);
    },
  );

  test.each(['open', 'resolved'] as const)(
    'one that is %s comes with its timeline, its children and whom it told',
    async (state) => {
      const { get, known } = open();
      const child = incidentOf({ id: 'i-2', parentId: 'i-1', state });
      known.incidents.push(incidentOf({ state }), child, incidentOf({ id: 'i-3', state }));
      known.events.push({ incidentId: 'i-1', revision: 1, at: START, type: 'opened' });
      known.events.push({ incidentId: 'i-2', revision: 1, at: START, type: 'opened' });
      const intent = { id: 'i-1:1', incidentId: 'i-1', revision: 1, at: START } as const;
      known.intents.push({ ...intent, kind: 'first' });
      expect(await get('/incidents/i-1', ANSWERS.incident)).toMatchObject({
        incident: { id: 'i-1', state },
        events: [{ incidentId: 'i-1', type: 'opened', at: '2026-11-24T12:00:00.000Z' }],
        children: [{ id: 'i-2' }],
        intents: [{ id: 'i-1:1', kind: 'first' }],
      });
    },
  );

  test('nobody knows another one', async () => {
    expect(await open().refusal('/incidents/i-9')).toEqual([404, 'SVT_NOT_FOUND']);
  });
});

describe('the ledger', () => {
  test('is asked by site and span', async () => {
    const { get, known } = open();
    known.outages.push(outage);
    const span = 'from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00%2B02:00';
    const answer = await get(`/outages?site=krakivets&${span}`, ANSWERS.outages);
    expect(answer).toMatchObject([{ startedAt: '2026-11-24T12:00:00.000Z' }]);
    await get('/outages', ANSWERS.outages);
    expect(known.asked).toEqual([
      {
        site: 'krakivets',
        fromMs: Date.UTC(2026, 10, 24),
        toMs: Date.UTC(2026, 10, 24, 22),
      },
      {},
    ]);
  });

  test('is a table for spreadsheets, too', async () => {
    const { server, known } = open();
    const { endedAt: _, ...standing } = outage;
    known.outages.push(outage, { ...standing, id: '=HYPERLINK("http://x")', incidentId: 'i-1' });
    const answer = await server.inject('/api/v1/outages?format=csv');
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.headers['content-disposition']).toContain('outages.csv');
    const [header, first, second, end] = answer.body.split('\r\n');
    expect(header?.split(',').slice(0, 5)).toEqual([
      'id',
      'site',
      'startedAt',
      'endedAt',
      'seconds',
    ]);
    expect(first).toBe(
      'o-1,krakivets,2026-11-24T12:00:00.000Z,2026-11-24T12:01:30.500Z,90.5,momentary,local,' +
        'ups-1 supply,,0.5,false,60,60,120,0,1,0',
    );
    expect(second).toMatch(/^"'=HYPERLINK\(""http:\/\/x""\)",krakivets,[^,]+,,,/);
    expect(end).toBe('');
  });

  test.each(['from=yesterday', 'format=xls', 'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z'])(
    '?%s is refused',
    async (query) => {
      expect(await open().refusal(`/outages?${query}`)).toEqual([400, 'SVT_BAD_REQUEST']);
    },
  );

  test('is summed up over the asked span, or the last 30 days', async () => {
    const { get, known } = open();
    known.summary = {
      saved: [
        { donor: 'EU', upsSeconds: 60, generatorSeconds: 0, offSeconds: 0, unseenSeconds: 0 },
      ],
      all: { saidiMinutes: 3, saifi: 0.5, caidiMinutes: 6, maifi: 1 },
      sites: [{ site: 'krakivets', saidiMinutes: 6, saifi: 1, caidiMinutes: 6, maifi: 2 }],
    };
    const span = 'from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z';
    expect(await get(`/outages/summary?${span}`, ANSWERS.outageSummary)).toEqual(known.summary);
    await get('/outages/summary', ANSWERS.outageSummary);
    const [asked, usual] = known.summarized;
    expect(asked).toEqual({ fromMs: Date.UTC(2026, 10, 1), toMs: Date.UTC(2026, 11, 1) });
    expect(usual).toEqual({ fromMs: START - 30 * 86_400_000, toMs: START });
  });
});

test('a summary from now on, or from then on, spans nothing', async () => {
  const { refusal } = open();
  for (const from of [START, START + 1000]) {
    const query = `from=${new Date(from).toISOString()}`;
    expect(await refusal(`/outages/summary?${query}`)).toEqual([400, 'SVT_BAD_REQUEST']);
  }
});

test('regions say how many of their sites are out', async () => {
  const { get, known } = open();
  const lviv = { id: 'lviv', power: 'battery', freshness: 'live', sites: 7, sitesOut: 3 } as const;
  known.regions.push(lviv);
  expect(await get('/regions', ANSWERS.regions)).toEqual([lviv]);
});

test('dispatch ranks sites for a generator that is known', async () => {
  const { get, refusal, known } = open();
  known.dispatches.set('gen-1', [
    {
      generator: 'gen-1',
      site: 'krakivets',
      arrivesAt: START + 3_600_000,
      travelSeconds: 3600,
      connectionSeconds: 1200,
      marginAtArrivalSeconds: -60,
      isReachableInTime: false,
      fits: 'yes',
      rank: 1,
      isAssigned: true,
    },
  ]);
  expect(await get('/dispatch?generator=gen-1', ANSWERS.dispatch)).toMatchObject([
    { site: 'krakivets', arrivesAt: '2026-11-24T13:00:00.000Z', isReachableInTime: false },
  ]);
  expect(await refusal('/dispatch?generator=gen-9')).toEqual([404, 'SVT_NOT_FOUND']);
  expect(await refusal('/dispatch')).toEqual([400, 'SVT_BAD_REQUEST']);
});

test('the schedule says how old it is and what is missing', async () => {
  const { get, known } = open();
  known.schedule = {
    publishedAt: '2026-11-23T18:00:00Z',
    days: [{ date: '2026-11-24', queue: '3.1', slots: [{ from: '07:00', to: '13:00' }] }],
    emergencies: [],
    isStale: true,
    missing: [{ date: '2026-11-25', queue: '3.1' }],
  };
  expect(await get('/schedule', ANSWERS.schedule)).toEqual(known.schedule);
});
