import type { Readiness } from '../../../src/contract/readiness.ts';
import { blockOf } from '../../../src/domain/line-block.ts';
import { decodeLine } from '../../../src/domain/line-protocol.ts';
import type { AlarmStore, LiveFeed, Spool } from '../../../src/ports.ts';

const READY: Readiness = { isReady: true, state: 'ok' };

/** A spool that reads each line back, which throws where it is not one of ours, and keeps none. */
export function countingSpool(): Spool & { lines: number } {
  const spool = {
    lines: 0,
    append: async ({ bytes, length }: { bytes: Buffer; length: number }) => {
      const line = bytes.toString('utf8', 0, length);
      if (line.includes('\n')) throw new Error(`two lines: ${line}`);
      decodeLine(line);
      spool.lines += 1;
    },
    read: async () => ({ upTo: 0, block: blockOf([]), damaged: 0 }),
    stored: async () => {},
    depth: () => ({ points: spool.lines, bytes: 0 }),
    quarantined: async () => [],
    due: async () => [],
    settle: async () => {},
    readiness: () => READY,
    stop: async () => {},
  };
  return spool;
}

/** A journal that keeps nothing. */
export const sinkJournal: AlarmStore = {
  load: async () => ({
    alarms: [],
    incidents: [],
    outages: [],
    intents: [],
    remembered: [],
    answers: [],
  }),
  commit: async () => {},
  transitions: async () => [],
  incidents: async () => [],
  children: async () => [],
  incident: async () => undefined,
  incidentEvents: async () => [],
  intents: async () => [],
  outages: async () => [],
  verify: async () => ({ rows: 0, head: '' }),
  sources: async () => [],
  readiness: () => READY,
  stop: async () => {},
};

/** A page that nobody watches. */
export const deafFeed: LiveFeed = {
  deviceChanged: () => {},
  powerChanged: () => {},
  alarmsChanged: () => {},
  incidentsChanged: () => {},
};
