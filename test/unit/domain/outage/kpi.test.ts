import { describe, expect, it } from 'vitest';
import type { Outage, ScannerShare } from '../../../../src/contract/outage.ts';
import { reliability, savedMinutes } from '../../../../src/domain/outage/kpi.ts';
import { at } from './play.ts';

function outage(change: Partial<Outage>): Outage {
  return {
    id: 'krakivets:1',
    site: 'krakivets',
    startedAt: at(0),
    endedAt: at(3600),
    duration: 'sustained',
    evidence: ['ups-1'],
    cause: 'unknown',
    coverage: 1,
    isLate: false,
    generatorSeconds: 0,
    scanners: [],
    ...change,
  };
}

function share(change: Partial<ScannerShare>): ScannerShare {
  return {
    device: 'scanner-1',
    upsSeconds: 0,
    generatorSeconds: 0,
    offSeconds: 0,
    plannedOffSeconds: 0,
    unseenSeconds: 0,
    ...change,
  };
}

describe('savedMinutes', () => {
  it('tells what the UPSs saved for each donor, generators, planned off and unseen apart', () => {
    const outages = [
      outage({
        scanners: [
          share({ donor: 'EU', upsSeconds: 1200, generatorSeconds: 600, unseenSeconds: 60 }),
          share({ upsSeconds: 60, plannedOffSeconds: 3540 }),
        ],
      }),
      outage({ scanners: [share({ donor: 'EU', upsSeconds: 600, offSeconds: 300 })] }),
    ];
    const eu = { saved: 30, generator: 10, off: 5, plannedOff: 0, unseen: 1 };
    const others = { saved: 1, generator: 0, off: 0, plannedOff: 59, unseen: 0 };
    expect(savedMinutes(outages)).toEqual({
      byDonor: [
        { donor: 'EU', ...eu },
        { donor: undefined, ...others },
      ],
      total: { saved: 31, generator: 10, off: 5, plannedOff: 59, unseen: 1 },
    });
  });

  it('names who saved most first', () => {
    const scanners = [
      share({ donor: 'USAID', upsSeconds: 60 }),
      share({ donor: 'EU', upsSeconds: 120 }),
    ];
    const { byDonor } = savedMinutes([outage({ scanners })]);
    expect(byDonor.map(({ donor }) => donor)).toEqual(['EU', 'USAID']);
  });
});

describe('reliability', () => {
  const day = { fromMs: at(0), toMs: at(86_400), sites: ['krakivets', 'shehyni'] };

  it('gives SAIDI, SAIFI and CAIDI of sustained and MAIFI of momentary interruptions', () => {
    const outages = [
      outage({ startedAt: at(1000), endedAt: at(1000 + 7200) }),
      outage({ startedAt: at(20_000), endedAt: at(20_000 + 3600) }),
      outage({ site: 'shehyni', duration: 'momentary', startedAt: at(5), endedAt: at(65) }),
    ];
    const { all, bySite } = reliability(outages, day);
    expect(all).toEqual({ saidi: 90, saifi: 1, caidi: 90, maifi: 0.5, asai: 1 - 90 / 1440 });
    expect(bySite).toEqual([
      { site: 'krakivets', saidi: 180, saifi: 2, caidi: 90, maifi: 0, asai: 1 - 180 / 1440 },
      { site: 'shehyni', saidi: 0, saifi: 0, maifi: 1, asai: 1 },
    ]);
  });

  it('cuts minutes at the edges and counts where the interruption began', () => {
    const outages = [
      outage({ startedAt: at(-3600), endedAt: at(600) }),
      outage({ startedAt: at(86_400 - 1200), endedAt: undefined }),
      outage({ startedAt: at(90_000), endedAt: at(91_000) }),
      outage({ startedAt: at(-9000), endedAt: at(-8000) }),
    ];
    const { all } = reliability(outages, { ...day, sites: ['krakivets'] });
    expect(all).toMatchObject({ saidi: 30, saifi: 1, caidi: 30 });
  });

  it('leaves out the sites that are not asked for, and divides by none', () => {
    expect(reliability([outage({})], { fromMs: at(0), toMs: at(0), sites: [] })).toEqual({
      all: { saidi: 0, saifi: 0, maifi: 0, asai: 1 },
      bySite: [],
    });
  });
});
