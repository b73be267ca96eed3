import { type Definition, UNKNOWN } from './definition.ts';

/**
 * What no device's values show: the correlation of a site's devices, and of sites, tells its truth. An outage's end has waited for the off-delays of its devices.
 */
const evaluator: Definition['evaluator'] = () => () => UNKNOWN;

export const siteDefinitions: readonly Definition[] = [
  {
    ...{ code: 'SITE_OUTAGE', severity: 'major', kinds: ['site'], onDelay: 0, offDelay: 0 },
    evaluator,
  },
  {
    ...{ code: 'SITE_DARK', severity: 'critical', kinds: ['site'], onDelay: 60, offDelay: 10 },
    reAlarm: 1800,
    evaluator,
  },
  {
    ...{ code: 'COMMS_LOSS', severity: 'major', kinds: ['site'], onDelay: 60, offDelay: 10 },
    evaluator,
  },
  {
    ...{
      code: 'PLATFORM_FAULT',
      severity: 'critical',
      kinds: ['above'],
      onDelay: 30,
      offDelay: 30,
    },
    evaluator,
  },
  {
    ...{
      code: 'REGIONAL_OUTAGE',
      severity: 'critical',
      kinds: ['above'],
      onDelay: 0,
      offDelay: 0,
    },
    evaluator,
  },
  {
    ...{
      code: 'WIDE_AREA_OUTAGE',
      severity: 'critical',
      kinds: ['above'],
      onDelay: 0,
      offDelay: 0,
    },
    evaluator,
  },
];
