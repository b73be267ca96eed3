import { expect, it } from 'vitest';
import { StateLog } from '../../../src/pipeline/state-log.ts';
import { recordingLog } from '../../support/fake-ports.ts';

it('tells each change of a state once, and the end of it', () => {
  const { log, messages } = recordingLog();
  const states = new StateLog(log);
  const ok = { isReady: true, state: 'ok' } as const;
  const full = { isReady: false, state: 'disk_full', detail: '3 MB free' } as const;
  states.look({ spool: ok, journal: ok });
  states.look({ spool: full, journal: ok });
  states.look({ spool: full, journal: ok });
  states.look({ spool: { ...full, detail: '2 MB free' }, journal: full });
  states.look({ spool: ok, journal: full });
  expect(messages).toEqual([
    'spool: needs a person',
    'journal: needs a person',
    'spool: works again',
  ]);
});
