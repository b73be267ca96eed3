import { beforeEach, expect, it } from 'vitest';
import { createQueries } from '../../../src/pipeline/queries.ts';
import type { Queries } from '../../../src/ports.ts';
import { createPipeline } from '../../support/pipeline.ts';
import { START, sampleOf, statusAt } from '../../support/sample.ts';

const readiness = { journal: { isReady: true, state: 'ok' } } as const;

let pipeline: ReturnType<typeof createPipeline>;
let queries: Queries;

beforeEach(async () => {
  pipeline = createPipeline();
  queries = createQueries({ ...pipeline, readiness: () => readiness });
  const accept = (ts: number, status: string, site: string) => {
    pipeline.clock.ms = ts;
    return pipeline.ingest.accept({ sample: statusAt(ts, status, { site }), rejects: [] });
  };
  await accept(START, 'OB', 'krakivets');
  await accept(START + 1, 'OB LB', 'shehyni');
});

it('answers sites and devices as they are now', () => {
  expect(queries.sites().map(({ id, power }) => ({ id, power }))).toEqual([
    { id: 'krakivets', power: 'battery' },
    { id: 'shehyni', power: 'low' },
  ]);
  expect(queries.site('shehyni')?.freshness).toBe('live');
  expect(queries.devices()).toHaveLength(4);
  expect(queries.devices('shehyni')).toHaveLength(1);
  expect(queries.device('krakivets', 'ups-1')?.power).toBe('battery');
  expect(queries.poweredFrom('krakivets', 'ups-1')).toEqual(['ups-1', 'scanner-1']);
  pipeline.clock.ms += 25_000;
  expect(queries.device('krakivets', 'ups-1')?.freshness).toBe('offline');
});

it('answers alarms by priority, then the newest first', () => {
  expect(queries.alarms({ state: 'active' }).map(({ id }) => id)).toEqual([
    'shehyni.ups-1.UPS_CRITICAL',
    'shehyni.ups-1.UPS_ON_BATTERY',
    'krakivets.ups-1.UPS_ON_BATTERY',
  ]);
  expect(queries.alarms({ state: 'active', site: 'krakivets' })).toHaveLength(1);
});

it('leaves normal alarms out of the active ones', async () => {
  const alarmId = 'krakivets.ups-1.UPS_ON_BATTERY';
  await pipeline.desk.acknowledge(
    { commandId: 'c-1', alarmId, occurrence: 1, version: 1 },
    { name: 'Olena', isVerified: false },
  );
  await pipeline.ingest.accept({ sample: statusAt(START + 2, 'OL'), rejects: [] });
  pipeline.desk.tick(START + 60_002);
  await new Promise(setImmediate);
  expect(queries.alarm(alarmId)?.state).toBe('NORM');
  expect(queries.alarms({ state: 'active', site: 'krakivets' })).toEqual([]);
  expect(queries.alarms({ state: 'all', site: 'krakivets' })).toHaveLength(1);
  const transitions = await queries.transitions(alarmId);
  expect(transitions.map(({ to }) => to)).toEqual(['UNACK', 'ACKED', 'NORM']);
});

it('answers rejects and readiness', async () => {
  await pipeline.ingest.accept({ sample: sampleOf({ kind: 'power' }), rejects: [] });
  expect(queries.rejects()).toHaveLength(1);
  expect(queries.rejectCounts()).toEqual({ kind_conflict: 1 });
  expect(queries.readiness()).toEqual(readiness);
  expect(await queries.quarantined()).toEqual([]);
});
