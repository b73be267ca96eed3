import type { Scope } from '../../contract/access.ts';
import type { ScheduleCommand } from '../../contract/command.ts';
import type { Site } from '../../contract/device.ts';
import type { Emergency, ScheduleView } from '../../contract/schedule.ts';
import type { Sight } from '../../domain/access/sight.ts';

/** Queues and regions are public; of an emergency's sites the covered ones are left. */
export function scheduleSeen(
  schedule: ScheduleView,
  sites: readonly Site[],
  sight: Sight,
): ScheduleView {
  const queues = new Set(sites.map(({ queue }) => queue));
  const regions = new Set(sites.map(({ region }) => region));
  return {
    ...schedule,
    emergencies: schedule.emergencies.flatMap((one) => emergencySeen(one, sight) ?? []),
    missing: schedule.missing.filter(
      ({ queue, region }) => queues.has(queue) && (region === undefined || regions.has(region)),
    ),
  };
}

function emergencySeen(emergency: Emergency, sight: Sight): Emergency | undefined {
  const { sites, ...rest } = emergency;
  if (sites === undefined || sites.every(sight.covers)) return emergency;
  const left = sites.filter(sight.covers);
  if (left.length > 0) return { ...rest, sites: left };
  // Without sites it is of its regions; without either it would be of everything.
  return rest.regions === undefined || rest.regions.length === 0 ? undefined : rest;
}

/** Whether what is entered is about nothing beside one's own regions and sites. */
export function isOwnEntry(command: ScheduleCommand, scope: Scope, sight: Sight): boolean {
  const isOwnRegion = (region: string | undefined) =>
    region !== undefined && scope.regions.includes(region);
  switch (command.type) {
    case 'enter-days':
      return command.days.every(({ region }) => isOwnRegion(region));
    case 'remove-day':
      return isOwnRegion(command.day.region);
    default: {
      const { regions = [], sites = [] } = command.emergency;
      const isOfSomething = regions.length + sites.length > 0;
      return isOfSomething && regions.every(isOwnRegion) && sites.every(sight.covers);
    }
  }
}
