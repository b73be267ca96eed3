import { beforeEach, describe, expect, it } from 'vitest';
import type { Sample } from '../../../src/contract/sample.ts';
import { createPipeline } from '../../support/pipeline.ts';
import { onlineAt, START, sampleOf, statusAt } from '../../support/sample.ts';

const ALARM = 'krakivets.ups-1.UPS_ON_BATTERY';
const SITE_ALARM = 'krakivets.SITE_OUTAGE';
const ONE_HOUR = 3_600_000;

let pipeline: ReturnType<typeof createPipeline>;

beforeEach(() => {
  pipeline = createPipeline();
});

/** Takes a message in; the page has been told by then. */
async function accept(sample: Sample): Promise<void> {
  await pipeline.ingest.accept({ sample, rejects: [] });
  await pipeline.desk.settled();
}

const codesOfChanges = () => pipeline.store.changes.map(({ alarm }) => alarm.code);

/** Whether a promise has settled once all that is due at once has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = () => {
    settled = true;
  };
  promise.then(note, note);
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

describe('a current message', () => {
  it('is spooled as one line and told to the page', async () => {
    await accept(statusAt(START, 'OL'));
    await accept(statusAt(START + 5000, 'OL'));
    expect(pipeline.spool.lines).toEqual([
      `ups,site=krakivets,device=ups-1 ups.status="OL" ${START}`,
      `ups,site=krakivets,device=ups-1 ups.status="OL" ${START + 5000}`,
    ]);
    expect(pipeline.live.told).toEqual(['power krakivets/ups-1', 'device krakivets/ups-1']);
  });

  it('shows the alarms, their incident and the change of power after the commit', async () => {
    const commit = Promise.withResolvers<void>();
    pipeline.store.gate = commit.promise;
    const accepted = accept(statusAt(START, 'OB'));
    expect(await isSettled(accepted)).toBe(false);
    expect(pipeline.live.told).toEqual([]);
    commit.resolve();
    await accepted;
    expect(await isSettled(accepted)).toBe(true);
    const [incident] = pipeline.outlook.incidents();
    expect(pipeline.live.told).toEqual([
      `alarm ${ALARM} UNACK`,
      `alarm ${SITE_ALARM} UNACK`,
      `incident ${incident?.id} open`,
      'power krakivets/ups-1',
    ]);
    expect(codesOfChanges()).toEqual(['UPS_ON_BATTERY', 'SITE_OUTAGE']);
  });

  it('is accepted only when its point is on disk, while its alarm does not wait for that', async () => {
    const disk = Promise.withResolvers<void>();
    pipeline.spool.gate = disk.promise;
    const accepted = accept(statusAt(START, 'OB'));
    expect(await isSettled(accepted)).toBe(false);
    expect(pipeline.live.told).toContain(`alarm ${ALARM} UNACK`);
    disk.resolve();
    await accepted;
    expect(pipeline.spool.lines).toHaveLength(1);
  });

  it('is not accepted when the spool fails, and its repetition is the same point', async () => {
    pipeline.spool.failure = new Error('disk full');
    await expect(accept(statusAt(START, 'OB'))).rejects.toThrow('disk full');
    expect(pipeline.live.told).toContain(`alarm ${ALARM} UNACK`);
    pipeline.spool.failure = undefined;
    await accept(statusAt(START, 'OB'));
    expect(pipeline.spool.lines).toEqual([
      `ups,site=krakivets,device=ups-1 ups.status="OB" ${START}`,
    ]);
    expect(codesOfChanges()).toEqual(['UPS_ON_BATTERY', 'SITE_OUTAGE']);
  });

  it('without a value is nothing to store', async () => {
    await accept(sampleOf({ metrics: {} }));
    expect(pipeline.spool.lines).toEqual([]);
    expect(pipeline.live.told).toEqual(['device krakivets/ups-1']);
  });

  it('of the state channel raises nothing and is stored', async () => {
    await accept(statusAt(START, 'OL'));
    await accept(onlineAt(START + 1, false));
    expect(pipeline.store.changes).toEqual([]);
    expect(pipeline.spool.lines.at(-1)).toBe(
      `ups,site=krakivets,device=ups-1 online=false ${START + 1}`,
    );
    expect(pipeline.live.told.at(-1)).toBe('device krakivets/ups-1');
  });
});

describe('a message that moves nothing', () => {
  it('is stored when it is late, and raises nothing', async () => {
    await accept(statusAt(START + 10, 'OL'));
    await accept(statusAt(START, 'OB'));
    expect(pipeline.spool.lines).toHaveLength(2);
    expect(pipeline.store.changes).toEqual([]);
    expect(pipeline.live.told).toEqual(['power krakivets/ups-1']);
  });

  it.each([
    { hasOwnTime: false, stored: 0 },
    { hasOwnTime: true, stored: 1 },
  ])('retained, with a time of its own: $hasOwnTime, makes $stored points', async (one) => {
    await accept(onlineAt(START, true, { isRetained: true, hasOwnTime: one.hasOwnTime }));
    expect(pipeline.spool.lines).toHaveLength(one.stored);
    expect(pipeline.live.told).toEqual([]);
  });
});

describe('a backlog', () => {
  const old = (ts: number, status: string) =>
    statusAt(START + ts, status, { receivedAt: START + ONE_HOUR });

  it('is stored whole, and only what still holds at its end is alarmed', async () => {
    await accept(old(0, 'OB LB'));
    await accept(old(1, 'OB'));
    expect(pipeline.spool.lines).toHaveLength(2);
    expect(pipeline.live.told).toEqual([]);
    pipeline.ingest.release(START + ONE_HOUR + 1000);
    await new Promise((resolve) => setImmediate(resolve));
    const [incident] = pipeline.outlook.incidents();
    expect(pipeline.live.told).toEqual([
      `alarm ${ALARM} UNACK`,
      `alarm ${SITE_ALARM} UNACK`,
      `incident ${incident?.id} open`,
      'power krakivets/ups-1',
    ]);
    expect(pipeline.situation.alarm(ALARM)?.value).toBe('OB');
  });

  it('from a wrong clock is stored with its offset, and counts at once', async () => {
    const wrongAt = (ts: number) =>
      statusAt(START + ts, 'OB', { receivedAt: START + ts + ONE_HOUR });
    for (const ts of [0, 15_000, 30_000]) await accept(wrongAt(ts));
    expect(pipeline.spool.lines.at(-1)).toBe(
      `ups,site=krakivets,device=ups-1 ups.status="OB",clock.offset=-3600000 ${START + 30_000}`,
    );
    expect(pipeline.live.told).toContain(`alarm ${ALARM} UNACK`);
  });
});

describe('a message that was watched before', () => {
  it('is stored, and acknowledged only when its alarm is in the journal', async () => {
    const commit = Promise.withResolvers<void>();
    pipeline.store.gate = commit.promise;
    pipeline.ingest.watch(statusAt(START, 'OB'));
    const accepted = accept(statusAt(START, 'OB'));
    expect(await isSettled(accepted)).toBe(false);
    commit.resolve();
    await accepted;
    expect(pipeline.spool.lines).toHaveLength(1);
    expect(codesOfChanges()).toEqual(['UPS_ON_BATTERY', 'SITE_OUTAGE']);
  });
});

describe('a redelivery', () => {
  it('is stored as the same point, and neither told nor evaluated', async () => {
    await accept(statusAt(START, 'OL', { seq: 1 }));
    await accept(statusAt(START, 'OL', { seq: 1, receivedAt: START + 20_000 }));
    expect(pipeline.spool.lines[1]).toBe(pipeline.spool.lines[0]);
    expect(pipeline.live.told).toEqual(['power krakivets/ups-1']);
  });

  it('of a wrong clock bears the offset that its first delivery bore', async () => {
    const wrongAt = (ts: number, moreMs = 0) =>
      statusAt(START + ts, 'OL', { receivedAt: START + ts + ONE_HOUR + moreMs });
    for (const ts of [0, 15_000, 30_000, 45_000]) await accept(wrongAt(ts));
    await accept(wrongAt(30_000, 40_000));
    await accept(wrongAt(45_000, 25_000));
    const { lines } = pipeline.spool;
    expect(lines.slice(4)).toEqual([lines[2], lines[3]]);
  });

  it('does not begin an off-delay anew, nor end it', async () => {
    const say = async (ts: number, status: string, receivedAt = ts) => {
      pipeline.clock.ms = START + receivedAt;
      await accept(statusAt(START + ts, status, { receivedAt: START + receivedAt }));
    };
    await say(0, 'OB');
    for (let ts = 5000; ts < 65_000; ts += 5000) {
      await say(ts, 'OL');
      if (ts === 30_000) await say(0, 'OB', ts + 1);
      if (ts === 40_000) await say(5000, 'OL', ts + 1);
    }
    pipeline.desk.tick(START + 64_999);
    expect(pipeline.situation.alarm(ALARM)?.state).toBe('UNACK');
    pipeline.desk.tick(START + 65_000);
    expect(pipeline.situation.alarm(ALARM)?.state).toBe('RTN_UNACK');
  });
});

it('counts each message once, by what became of it', async () => {
  const { ingest } = pipeline;
  await accept(statusAt(START, 'OL'));
  await accept(statusAt(START + 1, 'OL'));
  await accept(statusAt(START, 'OL'));
  await accept(onlineAt(START, true, { isRetained: true }));
  await accept(statusAt(START, 'OL', { site: 'shehyni', receivedAt: START + ONE_HOUR }));
  ingest.release(START + ONE_HOUR + 1000);
  await accept(sampleOf({ kind: 'power', metrics: {} }));
  await ingest.accept({ rejects: [] });
  expect(ingest.counts).toEqual({
    current: 2,
    late: 1,
    held: 1,
    ignored: 1,
    duplicate: 0,
    rejected: 2,
  });
});

describe('what cannot be taken', () => {
  it('is counted, and the rest of its message goes on', async () => {
    const partial = {
      receivedAt: START,
      topic: 't',
      reason: 'out_of_range',
      metric: 'battery.charge',
      detail: 'expected at most 100',
      excerpt: '120',
    } as const;
    await pipeline.ingest.accept({ sample: statusAt(START, 'OL'), rejects: [partial] });
    await pipeline.ingest.accept({ rejects: [{ ...partial, reason: 'not_json' }] });
    expect(pipeline.rejects.counts()).toEqual({ out_of_range: 1, not_json: 1 });
    expect(pipeline.spool.lines).toHaveLength(1);
  });

  it('of another kind is rejected with what was expected, and stored nowhere', async () => {
    await accept(sampleOf({ kind: 'power', metrics: { 'mains.present': false } }));
    expect(pipeline.rejects.newest()).toEqual([
      {
        receivedAt: START,
        topic: 'krakivets/power/ups-1/telemetry',
        reason: 'kind_conflict',
        detail: 'expected ups, as it is known',
        excerpt: '{"mains.present":false}',
      },
    ]);
    expect(pipeline.spool.lines).toEqual([]);
    // The device itself was never heard.
    expect(pipeline.live.told).toEqual([
      'alarm krakivets.ups-1.DEV_CLAIMED UNACK',
      expect.stringMatching(/^incident device\.krakivets\.ups-1\./),
    ]);
  });
});
