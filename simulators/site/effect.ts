import type { Action } from '../scenarios/scenario-schema.ts';
import type { Effect } from '../scenarios/timeline.ts';
import type { ClockError } from '../wire/clock-error.ts';
import { CROSSINGS } from './crossings.ts';
import type { Place, Reporter } from './place.ts';

/** Over which time a drifting clock reaches its error. */
const DRIFT_SECONDS = 600;

interface Scene {
  place: Place;
  /** The device that it is about, where it is about one. */
  reporter: Reporter | undefined;
  now: number;
}

/** Carries out the beginning or the end of one thing of a scenario. */
export function applyEffect(effect: Effect, scene: Scene): void {
  if (scene.reporter === undefined) applyToSite(effect, scene.place);
  else applyToDevice(effect, scene.reporter, scene);
}

function applyToSite({ id, action, isEnd }: Effect, { site }: Place): void {
  switch (action.name) {
    case 'mains':
      if (isEnd) site.restore(id);
      else site.cut(id, action.setting.cause);
      return;
    case 'voltage':
      site.mains.factor = isEnd ? 1 : action.setting.factor;
      return;
    case 'weather':
      site.ambientC = isEnd ? 20 : action.setting.celsius;
      return;
    case 'generator':
      setGenerator(site, isEnd ? 'sound' : action.setting);
      return;
  }
}

function setGenerator(
  site: Place['site'],
  setting: Extract<Action, { name: 'generator' }>['setting'],
): void {
  const { generator, transfer } = site;
  if (generator === undefined) return;
  if (setting === 'sound') {
    generator.reset();
    generator.isAuto = true;
    transfer.isStuck = false;
  } else if (setting === 'not_auto') generator.isAuto = false;
  else if (setting === 'transfer_stuck') transfer.isStuck = true;
  else generator.failure = setting;
}

function applyToDevice(effect: Effect, reporter: Reporter, { now }: Scene): void {
  const { id, action, isEnd } = effect;
  const { ups, scanner } = reporter.device;
  const { link } = reporter;
  switch (action.name) {
    case 'battery':
      if (!isEnd) ups?.battery.set(action.setting);
      return;
    case 'ups':
      if (isEnd) ups?.modes.delete(action.setting);
      else ups?.modes.add(action.setting);
      return;
    case 'scanner':
      if (scanner === undefined) return;
      if (action.setting === 'keep_scanning') scanner.cycle.keepsScanning = !isEnd;
      else scanner.cycle.order = isEnd ? undefined : action.setting;
      return;
    case 'drive':
      drive(reporter, action.setting, isEnd);
      return;
    case 'link':
      if (isEnd) link.mend(id, now);
      else link.cut(id, action.setting, now);
      return;
    case 'reconnects':
      link.reconnect(now);
      return;
    case 'restart':
      link.restart(now);
      return;
    case 'wire':
      link.quality = isEnd ? {} : action.setting;
      return;
    case 'clock':
      link.setClock(isEnd ? undefined : clockError(action.setting, now), now);
      return;
  }
}

function drive(
  { device: { scanner } }: Reporter,
  { to, averageKmh }: Extract<Action, { name: 'drive' }>['setting'],
  isEnd: boolean,
): void {
  if (scanner === undefined) return;
  scanner.cycle.order = isEnd ? undefined : 'park';
  const place = CROSSINGS.find(({ id }) => id === to);
  if (!isEnd && place !== undefined) scanner.vehicle?.drive(place, averageKmh);
}

function clockError(
  setting: Extract<Action, { name: 'clock' }>['setting'],
  now: number,
): ClockError {
  if ('offset' in setting) return { kind: 'offset', seconds: setting.offset };
  if ('reset' in setting) return { kind: 'reset', sinceMs: now };
  return { kind: 'drift', seconds: setting.drift, overSeconds: DRIFT_SECONDS, sinceMs: now };
}
