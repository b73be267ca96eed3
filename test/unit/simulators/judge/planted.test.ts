import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../../../simulators/scenarios/scenario.ts';
import {
  createReference,
  type ReferenceAnswers,
  type ReferenceIncident,
} from '../../../support/corpus/reference-monitor.ts';
import { playInProcess } from '../../../support/corpus/run.ts';

const SECOND = 1000;
const MINUTE = 60_000;

/** The checks that are wrong, by their names, with what they found. */
async function wrongIn(name: string, plant?: (answers: ReferenceAnswers) => void, seconds = 1500) {
  // Device states are looked at in the real monitor's tests: the reference has none.
  const scenario = { ...loadScenario(name), lookEvery: 1e9 };
  const { checks } = await playInProcess({
    scenario,
    seed: 1,
    mostSeconds: seconds,
    createMonitor: (_topology, expectations) => createReference(expectations, plant),
  });
  const wrong = checks.filter(({ outcome }) => outcome === 'wrong');
  return Object.fromEntries(wrong.map(({ name: check, examples }) => [check, examples.join('\n')]));
}

function top(answers: ReferenceAnswers): ReferenceIncident {
  const found = answers.incidents.find(({ intents }) => intents.length > 0);
  if (found === undefined) throw new Error('nobody was told of anything');
  return found;
}

function first<T>(list: readonly T[]): T {
  const [found] = list;
  if (found === undefined) throw new Error('there is none');
  return found;
}

describe('the judge calls a monitor right that says what it was told', () => {
  it.each([
    'blackout',
    'flapping',
    'sag-swell',
    'late-words',
    'comms-alone',
    'tests-alone',
    'clock-steps',
    'forged-return',
    'generator-carries',
    'calm-night',
    'wire-faults',
    'reconnect-storm',
  ])('in %s', async (name) => {
    expect(await wrongIn(name)).toEqual({});
  });
});

interface Plant {
  blamed: string;
  what: string;
  scenario: string;
  plant(answers: ReferenceAnswers): void;
}

const alarmOf = (id: string, severity: string, at: number) => {
  const [site = '', device = '', code = device] = id.split('.');
  const own = code === device ? {} : { device };
  return { id, code, severity, site, ...own, transitions: [{ version: 1, to: 'UNACK', at }] };
};

/** In the middle of the blackout's calm beginning. */
const CALM_AT = Date.parse('2026-01-15T06:01:00Z');

const plants: Plant[] = [
  {
    blamed: 'interruptions.missed',
    what: 'an alarm that was never raised',
    scenario: 'blackout',
    plant: ({ alarms }) => {
      alarms.splice(0, alarms.length, ...alarms.filter(({ site }) => site !== 'shehyni'));
    },
  },
  {
    blamed: 'interruptions.false',
    what: 'an alarm of a UPS that had its input',
    scenario: 'blackout',
    plant: ({ alarms }) => {
      alarms.push(alarmOf('reni.ups-1.UPS_ON_BATTERY', 'major', CALM_AT));
    },
  },
  {
    blamed: 'live.missed',
    what: 'an alarm that was not pushed',
    scenario: 'blackout',
    plant: ({ pushed }) => pushed.clear(),
  },
  {
    blamed: 'alarms.false',
    what: 'a device that is called silent and was heard',
    scenario: 'blackout',
    plant: ({ alarms }) => {
      alarms.push(alarmOf('reni.ups-1.DEV_SILENT', 'major', CALM_AT));
    },
  },
  {
    blamed: 'alarms.false',
    what: 'an emergency stop that no scanner told of',
    scenario: 'blackout',
    plant: ({ alarms }) => {
      alarms.push(alarmOf('krakivets.scanner-1.SC_ESTOP', 'critical', CALM_AT));
    },
  },
  {
    blamed: 'alarms.false',
    what: 'communication that is called lost and was not',
    scenario: 'blackout',
    plant: ({ alarms }) => {
      alarms.push(alarmOf('reni.COMMS_LOSS', 'major', CALM_AT));
    },
  },
  {
    blamed: 'alarms.false',
    what: 'a site that is called dark and had mains when it fell silent',
    scenario: 'comms-alone',
    plant: ({ alarms }) => {
      for (const alarm of alarms) if (alarm.code === 'COMMS_LOSS') alarm.code = 'SITE_DARK';
    },
  },
  {
    blamed: 'alarms.false',
    what: 'a site outage where mains was there',
    scenario: 'comms-alone',
    plant: ({ alarms }) => {
      const at = Date.parse('2026-01-16T08:01:00Z');
      alarms.push(alarmOf('reni.SITE_OUTAGE', 'major', at));
    },
  },
  {
    blamed: 'alarms.false',
    what: 'a switched-off scanner that is missed',
    scenario: 'calm-night',
    plant: ({ alarms }) => {
      const at = Date.parse('2026-01-16T19:05:00Z');
      alarms.push(alarmOf('reni.mobile-1.SC_FLOW', 'minor', at));
    },
  },
  {
    blamed: 'silences.missed',
    what: 'a silent site that no alarm tells of',
    scenario: 'comms-alone',
    plant: ({ alarms }) => alarms.splice(0, 1),
  },
  {
    blamed: 'ledger.missing',
    what: 'an interruption that is not in the ledger',
    scenario: 'blackout',
    plant: ({ outages }) => outages.pop(),
  },
  {
    blamed: 'ledger.missing',
    what: 'one of which the word came late',
    scenario: 'late-words',
    plant: ({ outages }) => {
      outages.splice(0, outages.length, ...outages.filter(({ site }) => site !== 'ustyluh'));
    },
  },
  {
    blamed: 'interruptions.metered',
    what: 'one that only a meter told of',
    scenario: 'flapping',
    plant: ({ outages }) => {
      outages.splice(0, outages.length, ...outages.filter(({ site }) => site !== 'krakivets'));
    },
  },
  {
    blamed: 'interruptions.unheard',
    what: 'one that is invented from silence',
    scenario: 'late-words',
    plant: ({ outages }) => {
      const like = first(outages.filter(({ site }) => site === 'ustyluh'));
      outages.push({ ...like, id: 'invented', site: 'uhryniv' });
    },
  },
  {
    blamed: 'ledger.false',
    what: 'a row of a site that had mains',
    scenario: 'blackout',
    plant: ({ outages }) => outages.push({ ...first(outages), id: 'false', site: 'reni' }),
  },
  {
    blamed: 'ledger.false',
    what: 'a row of a site that nobody knows',
    scenario: 'blackout',
    plant: ({ outages }) => outages.push({ ...first(outages), id: 'false', site: 'nowhere' }),
  },
  {
    blamed: 'ledger.false',
    what: 'the same interruption twice',
    scenario: 'blackout',
    plant: ({ outages }) => outages.push({ ...first(outages), id: 'twice' }),
  },
  {
    blamed: 'ledger.start',
    what: 'a begin half a minute late',
    scenario: 'blackout',
    plant: ({ outages }) => {
      first(outages).startedAt += 30 * SECOND;
    },
  },
  {
    blamed: 'ledger.end',
    what: 'an end when the generator took over',
    scenario: 'generator-carries',
    plant: ({ outages }) => {
      first(outages).endedAt = first(outages).startedAt + 30 * SECOND;
    },
  },
  {
    blamed: 'ledger.end',
    what: 'an end before anybody said so',
    scenario: 'generator-carries',
    plant: ({ outages }) => {
      for (const row of outages) row.endedAt = row.startedAt + 10 * MINUTE;
    },
  },
  {
    blamed: 'ledger.end',
    what: 'two interruptions in one row',
    scenario: 'flapping',
    plant: ({ outages }) => {
      const [one, two] = outages.filter(({ site }) => site === 'hrushiv');
      if (one === undefined || two?.endedAt === undefined) throw new Error('expected two of them');
      one.endedAt = two.endedAt;
      outages.splice(outages.indexOf(two), 1);
    },
  },
  {
    blamed: 'ledger.coverage',
    what: 'a share seen of an interruption that was not',
    scenario: 'late-words',
    plant: ({ outages }) => {
      for (const row of outages) if (row.site === 'smilnytsia') row.coverage = 1;
    },
  },
  {
    blamed: 'ledger.coverage',
    what: 'half of an interruption that was seen as a whole',
    scenario: 'blackout',
    plant: ({ outages }) => {
      first(outages).coverage = 0.5;
    },
  },
  {
    blamed: 'incidents.missing',
    what: 'an outage without an incident',
    scenario: 'blackout',
    plant: ({ incidents }) => {
      for (const { incident } of incidents) {
        incident.sites = incident.sites.filter((site) => site !== 'shehyni');
      }
    },
  },
  {
    blamed: 'incidents.false',
    what: 'a site’s incident from lost communication alone',
    scenario: 'comms-alone',
    plant: ({ incidents }) => incidents.push(falseIncident('site', ['krakivets'])),
  },
  {
    blamed: 'incidents.false',
    what: 'a region’s incident where one site is out',
    scenario: 'comms-alone',
    plant: ({ incidents }) => incidents.push(falseIncident('region', ['krakivets', 'shehyni'])),
  },
  {
    blamed: 'incidents.false',
    what: 'a wide-area incident where no two regions are out',
    scenario: 'comms-alone',
    plant: ({ incidents }) => incidents.push(falseIncident('wide_area', ['krakivets', 'reni'])),
  },
  {
    blamed: 'incidents.false',
    what: 'a dark site that had mains when it was last heard',
    scenario: 'comms-alone',
    plant: ({ incidents }) => incidents.push(falseIncident('site_dark', ['krakivets'])),
  },
  {
    blamed: 'incidents.false',
    what: 'lost communication of a site that was heard',
    scenario: 'comms-alone',
    plant: ({ incidents }) => incidents.push(falseIncident('comms', ['reni'])),
  },
  {
    blamed: 'incidents.tops',
    what: 'one cause that is several incidents',
    scenario: 'blackout',
    plant: ({ incidents }) => {
      for (const { incident } of incidents) delete incident.parentId;
    },
  },
  {
    blamed: 'incidents.tops',
    what: 'one incident at the top that leaves a site out',
    scenario: 'blackout',
    plant: ({ incidents }) => {
      for (const { incident } of incidents) {
        if (incident.class !== 'site') incident.sites = incident.sites.slice(0, 2);
      }
    },
  },
  {
    blamed: 'incident.delay',
    what: 'an incident five seconds after its alarm',
    scenario: 'late-words',
    plant: ({ incidents }) => {
      for (const { incident } of incidents) incident.openedAt += 5 * SECOND;
    },
  },
  {
    blamed: 'incidents.resolved',
    what: 'an incident that never ends',
    scenario: 'blackout',
    plant: ({ incidents }) => {
      for (const { incident } of incidents) delete incident.resolvedAt;
    },
  },
  {
    blamed: 'notifications',
    what: 'a first notification that never came',
    scenario: 'blackout',
    plant: (answers) => top(answers).intents.splice(0),
  },
  {
    blamed: 'notifications',
    what: 'one that came twice',
    scenario: 'blackout',
    plant: (answers) => {
      const { intents } = top(answers);
      intents.push(first(intents));
    },
  },
  {
    blamed: 'notifications',
    what: 'one before the group wait was over',
    scenario: 'blackout',
    plant: (answers) => {
      first(top(answers).intents).at -= 8 * SECOND;
    },
  },
  {
    blamed: 'notifications',
    what: 'one long after it',
    scenario: 'blackout',
    plant: (answers) => {
      first(top(answers).intents).at += 8 * SECOND;
    },
  },
  {
    blamed: 'notifications',
    what: 'one of what its parent tells of',
    scenario: 'blackout',
    plant: ({ incidents }) => {
      const child = incidents.find(({ incident }) => incident.parentId !== undefined);
      child?.intents.push({ kind: 'first', at: child.incident.openedAt + 10 * SECOND });
    },
  },
  {
    blamed: 'notifications',
    what: 'one of a sag that was over at once',
    scenario: 'sag-swell',
    plant: ({ incidents }) => {
      const { incident, intents } = first(incidents);
      intents.push({ kind: 'first', at: incident.openedAt + 10 * SECOND });
    },
  },
  {
    blamed: 'notifications',
    what: 'no word of the end',
    scenario: 'blackout',
    plant: (answers) => {
      const one = top(answers);
      one.intents = one.intents.filter(({ kind }) => kind !== 'restored');
    },
  },
  {
    blamed: 'notifications',
    what: 'two words of the end',
    scenario: 'blackout',
    plant: (answers) => {
      const { intents } = top(answers);
      intents.push(...intents.filter(({ kind }) => kind === 'restored'));
    },
  },
  {
    blamed: 'notifications',
    what: 'a word of the end of what nobody was told of',
    scenario: 'blackout',
    plant: (answers) => {
      const one = top(answers);
      one.intents = one.intents.filter(({ kind }) => kind === 'restored');
    },
  },
  {
    blamed: 'notifications',
    what: 'any on a calm day',
    scenario: 'calm',
    plant: ({ incidents }) => {
      const one = falseIncident('device', ['reni']);
      one.intents.push({ kind: 'first', at: one.incident.openedAt + 10 * SECOND });
      incidents.push(one);
    },
  },
];

/** Between two losses of communication in `comms-alone`: everybody is heard and has mains. */
function falseIncident(
  own: ReferenceIncident['incident']['class'],
  sites: string[],
): ReferenceIncident {
  const openedAt = Date.parse('2026-01-16T08:10:45Z');
  const resolvedAt = openedAt + MINUTE;
  return {
    incident: { id: 'false', class: own, sites, openedAt, resolvedAt },
    events: [{ type: 'opened', at: openedAt }],
    intents: [],
  };
}

describe('the judge finds', () => {
  it.each(plants)('$what: $blamed', async ({ blamed, scenario, plant }) => {
    const wrong = await wrongIn(scenario, plant);
    expect(Object.keys(wrong)).toContain(blamed);
    expect(wrong[blamed]).not.toBe('');
  });

  it('every kind of fault at least once', () => {
    const planted = new Set(plants.map(({ blamed }) => blamed));
    expect([...planted].sort()).toEqual([
      'alarms.false',
      'incident.delay',
      'incidents.false',
      'incidents.missing',
      'incidents.resolved',
      'incidents.tops',
      'interruptions.false',
      'interruptions.metered',
      'interruptions.missed',
      'interruptions.unheard',
      'ledger.coverage',
      'ledger.end',
      'ledger.false',
      'ledger.missing',
      'ledger.start',
      'live.missed',
      'notifications',
      'silences.missed',
    ]);
  });
});
