import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { ANSWERS, errorBodySchema } from '../../src/contract/http.ts';
import { METRICS } from '../../src/contract/metric.ts';
import { freePort } from '../support/free-port.ts';
import { type Monitor, startMonitor } from '../support/monitor.ts';
import { scannerPayload, upsPayload } from '../support/telemetry.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';
import { writeTopology } from '../support/topology.ts';
import { until } from '../support/wait.ts';

let folder: TempFolder;
let monitor: Monitor;
let device: MqttClient;

beforeAll(async () => {
  folder = await tempFolder('http');
  const config = join(folder.path, 'svitlo.yaml');
  await writeTopology(config, 3);
  const brokerPort = await freePort();
  monitor = await startMonitor({ SVITLO_CONFIG: config, SVITLO_BROKER_PORT: `${brokerPort}` });
  device = await connectAsync(`mqtt://127.0.0.1:${brokerPort}`, { protocolVersion: 4 });
  const now = Date.now();
  await publish('site-1/ups/ups-1', upsPayload(now, 'OB DISCHRG', 1));
  await publish('site-1/scanner/scanner-1', scannerPayload(now, 'ready', 1));
  await publish('site-2/ups/ups-1', upsPayload(now, 'OL', 1));
  await publish('site-2/ups/ups-1', upsPayload(now + 1, 'OB', 2));
  await publish('site-2/ups/ups-1', '{');
});

afterAll(async () => {
  await device?.endAsync(true);
  await monitor?.[Symbol.asyncDispose]();
  await folder?.remove();
});

async function publish(where: string, payload: string): Promise<void> {
  await device.publishAsync(`svitlo/v1/${where}/telemetry`, payload, { qos: 1 });
}

function call(path: string, init?: RequestInit): Promise<Response> {
  return fetch(`${monitor.url}${path}`, init);
}

/** The body, which must be of this shape and hold nothing beside it. */
async function bodyOf<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const response = await call(path);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('application/json');
  const body = (await response.json()) as unknown;
  const parsed = schema.parse(body);
  expect(body).toEqual(parsed);
  return parsed;
}

async function refusalOf(response: Promise<Response>) {
  const answer = await response;
  const body = (await answer.json()) as unknown;
  const { code, message, params } = errorBodySchema.strict().parse(body);
  return { status: answer.status, code, message, params };
}

const SERIES = '/api/v1/devices/site-1/ups-1/series';

describe('every call answers in its shape', () => {
  test.each([
    ['/healthz', ANSWERS.alive],
    ['/readyz', ANSWERS.readiness],
    ['/api/v1/sites', ANSWERS.sites],
    ['/api/v1/devices', ANSWERS.devices],
    ['/api/v1/devices/site-1/ups-1', ANSWERS.device],
    ['/api/v1/devices/site-3/ups-1', ANSWERS.device],
    [`${SERIES}?metric=battery.charge`, ANSWERS.series],
    ['/api/v1/metrics', ANSWERS.metrics],
    ['/api/v1/regions', ANSWERS.regions],
    ['/api/v1/incidents', ANSWERS.incidents],
    ['/api/v1/incidents?state=all&limit=5', ANSWERS.incidents],
    ['/api/v1/outages?site=site-2', ANSWERS.outages],
    ['/api/v1/outages/summary', ANSWERS.outageSummary],
    ['/api/v1/schedule', ANSWERS.schedule],
    ['/api/v1/rejects', ANSWERS.rejects],
    ['/api/v1/quarantine', ANSWERS.quarantine],
    ['/api/v1/alarms', ANSWERS.alarms],
    ['/api/v1/alarms?state=all&site=site-2', ANSWERS.alarms],
    ['/api/v1/alarms/site-1.ups-1.UPS_ON_BATTERY', ANSWERS.alarm],
  ])('GET %s', async (path, schema) => {
    await bodyOf(path, schema);
  });

  test('a device has the last value of every metric, with its time as text and its quality', async () => {
    const answer = await call('/api/v1/devices/site-1/ups-1');
    const { metrics, lastSeen, power } = (await answer.json()) as Record<string, unknown>;
    expect(power).toBe('battery');
    expect(lastSeen).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(metrics).toMatchObject({
      'battery.charge': {
        value: 98.5,
        ts: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        quality: 'good',
      },
    });
  });

  test('alarms are told apart by site and by state', async () => {
    const list = async (query: string) => {
      const alarms = (await (await call(`/api/v1/alarms${query}`)).json()) as { id: string }[];
      // A site's own alarms stand beside those of its UPSs.
      const ids = alarms.map(({ id }) => id).filter((one) => one.endsWith('.UPS_ON_BATTERY'));
      return ids.toSorted();
    };
    const both = ['site-1.ups-1.UPS_ON_BATTERY', 'site-2.ups-1.UPS_ON_BATTERY'];
    expect(await list('')).toEqual(both);
    expect(await list('?state=active')).toEqual(both);
    expect(await list('?site=site-2')).toEqual(both.slice(1));
    expect(await list('?site=nowhere')).toEqual([]);
  });

  test('the catalogue lists every metric', async () => {
    const metrics = (await (await call('/api/v1/metrics')).json()) as { key: string }[];
    expect(metrics.map(({ key }) => key)).toEqual([...METRICS.keys()]);
  });

  test('a rejected message is counted and shown, newest first', async () => {
    const answer = await call('/api/v1/rejects');
    expect(await answer.json()).toMatchObject({
      counts: { not_json: 1 },
      newest: [{ reason: 'not_json', topic: 'svitlo/v1/site-2/ups/ups-1/telemetry' }],
    });
  });

  test('series: what was published is there, in the buckets that were asked for', async () => {
    const buckets = await until(
      async () => {
        const query = 'metric=battery.charge&points=1';
        const { buckets } = (await (await call(`${SERIES}?${query}`)).json()) as {
          buckets: object[];
        };
        return buckets.length > 0 && buckets;
      },
      { what: 'the point in the store' },
    );
    expect(buckets).toMatchObject([{ min: 98.5, mean: 98.5, max: 98.5, last: 98.5 }]);
  });

  test('HEAD answers as GET does, without the body', async () => {
    const answer = await call('/api/v1/sites', { method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });
});

describe('refusals', () => {
  const range = 'metric=battery.charge&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z';
  test.each([
    ['GET', '/api/v1/devices/site-1/nothing', 404, 'SVT_NOT_FOUND'],
    ['GET', '/api/v1/devices/constructor/constructor', 404, 'SVT_NOT_FOUND'],
    ['GET', '/api/v1/devices/site-1/nothing/series?metric=battery.charge', 404, 'SVT_NOT_FOUND'],
    [
      'GET',
      `${SERIES}?metric=battery.charge&from=0001-01-01T00:00:00Z&to=9999-12-31T00:00:00Z`,
      400,
      'SVT_BAD_REQUEST',
    ],
    ['GET', '/api/v1/alarms/nothing', 404, 'SVT_NOT_FOUND'],
    ['GET', '/api/v1/incidents/nothing', 404, 'SVT_NOT_FOUND'],
    ['GET', '/api/v1/dispatch?generator=nothing', 404, 'SVT_NOT_FOUND'],
    ['GET', '/api/v1/dispatch?generator=constructor', 404, 'SVT_NOT_FOUND'],
    ['GET', '/api/v1/dispatch', 400, 'SVT_BAD_REQUEST'],
    ['GET', '/api/v1/outages?format=xls', 400, 'SVT_BAD_REQUEST'],
    ['GET', '/api/v1/incidents?state=closed', 400, 'SVT_BAD_REQUEST'],
    ['GET', '/api/v1/nothing', 404, 'SVT_NOT_FOUND'],
    ['GET', '/socket.io', 404, 'SVT_NOT_FOUND'],
    ['POST', '/api/v1/sites', 404, 'SVT_NOT_FOUND'],
    ['DELETE', '/api/v1/alarms/site-1.ups-1.UPS_ON_BATTERY', 404, 'SVT_NOT_FOUND'],
    ['GET', '/..%2f..%2fpackage.json', 404, 'SVT_NOT_FOUND'],
    ['GET', SERIES, 400, 'SVT_BAD_REQUEST'],
    ['GET', `${SERIES}?${range}`, 400, 'SVT_BAD_REQUEST'],
    ['GET', `${SERIES}?metric=battery.charge&points=0`, 400, 'SVT_BAD_REQUEST'],
    ['GET', `${SERIES}?metric=battery.charge&points=5001`, 400, 'SVT_BAD_REQUEST'],
    ['GET', `${SERIES}?metric=battery.charge&points=1.5`, 400, 'SVT_BAD_REQUEST'],
    ['GET', `${SERIES}?metric=battery.charge&from=yesterday`, 400, 'SVT_BAD_REQUEST'],
    ['GET', `${SERIES}?metric=battery.charge&from=2026-01-01`, 400, 'SVT_BAD_REQUEST'],
    ['GET', `${SERIES}?metric=battery.charge&fill=0`, 400, 'SVT_BAD_REQUEST'],
    ['GET', `${SERIES}?metric=battery.charge&metric=ups.load`, 400, 'SVT_BAD_REQUEST'],
    ['GET', `${SERIES}?metric=nothing`, 400, 'SVT_BAD_REQUEST'],
    ['GET', `${SERIES}?metric=__proto__`, 400, 'SVT_BAD_REQUEST'],
    ['GET', `${SERIES}?metric=ups.status`, 400, 'SVT_BAD_REQUEST'],
    ['GET', `${SERIES}?metric=beam.energy`, 400, 'SVT_BAD_REQUEST'],
    ['GET', '/api/v1/alarms?state=closed', 400, 'SVT_BAD_REQUEST'],
    ['GET', '/api/v1/alarms?colour=red', 400, 'SVT_BAD_REQUEST'],
  ])('%s %s: %i %s', async (method, path, status, code) => {
    expect(await refusalOf(call(path, { method }))).toMatchObject({ status, code });
  });

  test('name every parameter that is wrong', async () => {
    const { params } = await refusalOf(call(`${SERIES}?points=0&fill=1`));
    const faults = (params.faults as string[]).map((fault) => fault.split(':')[0]);
    expect(faults).toEqual(['querystring.metric', 'querystring.points', 'querystring']);
  });
});

describe('acknowledge', () => {
  const id = 'site-2.ups-1.UPS_ON_BATTERY';
  const post = (alarmId: string, body: unknown, headers: Record<string, string> = {}) =>
    call(`/api/v1/alarms/${alarmId}/acknowledge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const command = () => ({ commandId: randomUUID(), occurrence: 1, version: 1 });

  test.each([
    ['nothing', null],
    ['no version', { commandId: 'a', occurrence: 1 }],
    ['a version as text', { commandId: 'a', occurrence: 1, version: '1' }],
    ['an unknown key', { commandId: 'a', occurrence: 1, version: 1, force: true }],
    ['a name of blanks', { commandId: 'a', occurrence: 1, version: 1, actor: '  ' }],
  ])('with %s is 400', async (_, body) => {
    expect(await refusalOf(post(id, body))).toMatchObject({ status: 400, code: 'SVT_BAD_REQUEST' });
  });

  test('by a page of another origin is 403, and nothing happens', async () => {
    const refusal = await refusalOf(post(id, command(), { origin: 'http://evil.example' }));
    expect(refusal).toMatchObject({ status: 403, code: 'SVT_FORBIDDEN' });
    expect((await (await call(`/api/v1/alarms/${id}`)).json()) as object).toMatchObject({
      alarm: { state: 'UNACK', version: 1 },
    });
  });

  test('of an unknown alarm is 404, of another version 409', async () => {
    expect(await refusalOf(post('nothing', command()))).toMatchObject({
      status: 404,
      code: 'SVT_NOT_FOUND',
    });
    expect(await refusalOf(post(id, { ...command(), version: 7 }))).toMatchObject({
      status: 409,
      code: 'SVT_ALARM_CHANGED',
    });
  });

  test('is done once; who comes second is told who and when', async () => {
    const first = { ...command(), actor: 'Олена', comment: 'їду' };
    const answers = [await post(id, first), await post(id, first)];
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({ ok: true, version: 2 });
    }
    expect(await refusalOf(post(id, { ...command(), actor: 'Тарас' }))).toEqual({
      status: 409,
      code: 'SVT_ALREADY_ACKNOWLEDGED',
      message: expect.any(String),
      params: { by: 'Олена', at: expect.stringMatching(/Z$/) },
    });
    const { transitions } = await bodyOf(
      `/api/v1/alarms/${id}`,
      ANSWERS.alarm as z.ZodType<{ transitions: object[] }>,
    );
    expect(transitions).toMatchObject([
      { to: 'UNACK', reason: 'on_battery' },
      { to: 'ACKED', actor: 'Олена', isActorVerified: false, comment: 'їду' },
    ]);
  });
});
