import { expect, it } from 'vitest';
import type { Reject } from '../../../src/contract/sample.ts';
import { RejectLog } from '../../../src/pipeline/reject-log.ts';

function reject(changes: Partial<Reject> = {}): Reject {
  return {
    receivedAt: 0,
    topic: 'svitlo/v1/krakivets/ups/ups-1/telemetry',
    reason: 'not_json',
    detail: 'expected a JSON object',
    excerpt: '',
    ...changes,
  };
}

it('counts by reason and shows the newest first', () => {
  const log = new RejectLog();
  log.add(reject({ receivedAt: 1 }));
  log.add(reject({ receivedAt: 2, reason: 'topic' }));
  log.add(reject({ receivedAt: 3 }));
  expect(log.counts()).toEqual({ not_json: 2, topic: 1 });
  expect(log.newest().map(({ receivedAt }) => receivedAt)).toEqual([3, 2, 1]);
});

it('keeps the newest 200 and counts all', () => {
  const log = new RejectLog();
  for (let receivedAt = 0; receivedAt < 250; receivedAt += 1) log.add(reject({ receivedAt }));
  expect(log.newest()).toHaveLength(200);
  expect(log.newest()[0]?.receivedAt).toBe(249);
  expect(log.newest().at(-1)?.receivedAt).toBe(50);
  expect(log.counts()).toEqual({ not_json: 250 });
});

it('counts an unknown metric once per device and name', () => {
  const log = new RejectLog();
  const unknown = (metric: string, topic = 'a') =>
    log.add(reject({ reason: 'unknown_metric', metric, topic }));
  for (let times = 0; times < 3; times += 1) unknown('ups.magic');
  unknown('ups.luck');
  unknown('ups.magic', 'b');
  expect(log.counts()).toEqual({ unknown_metric: 3 });
  expect(log.newest()).toHaveLength(3);
});

it('takes no more than 10,000 names that nobody knows', () => {
  const log = new RejectLog();
  for (let name = 0; name < 10_050; name += 1) {
    log.add(reject({ reason: 'unknown_metric', metric: `m${name}` }));
  }
  expect(log.counts()).toEqual({ unknown_metric: 10_000 });
});
