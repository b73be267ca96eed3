import { expect, it } from 'vitest';
import { topology } from '../../support/sample.ts';
import { Station } from '../../support/station.ts';

const UPS = ['ups-1', 'ups-2', 'ups-3'];

/** Three sites, so that the silence of one is no fault of ours. */
function threeSites() {
  const { krakivets } = topology().sites;
  if (krakivets === undefined) throw new Error('the topology has no krakivets');
  const ups = { kind: 'ups' as const, interval: 5 };
  const devices = Object.fromEntries(UPS.map((id) => [id, ups]));
  return {
    ...topology(),
    sites: {
      a: { ...krakivets, devices },
      b: { ...krakivets, devices },
      c: { ...krakivets, devices },
    },
  };
}

it('a site that falls silent in one second keeps an alarm of every device, and is one incident', async () => {
  const station = new Station(threeSites());
  for (const site of ['a', 'b', 'c']) {
    for (const id of UPS) await station.say(`${site}/${id}`, { 'ups.status': 'OL' });
  }
  await station.pass(60);
  for (const id of UPS) station.hush(`a/${id}`);
  await station.pass(400);
  expect(station.alarms()).toEqual(
    expect.arrayContaining(UPS.map((id) => expect.stringContaining(`a.${id}.DEV_SILENT`))),
  );
  expect(station.top('a')).toMatchObject({ class: 'comms', sites: ['a'] });
  const journalled = station.pipeline.store.changes.map(({ alarm }) => alarm.id);
  for (const id of UPS) expect(journalled).toContain(`a.${id}.DEV_SILENT`);
  expect(station.openOf('b')).toEqual([]);
});
