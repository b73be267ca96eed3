import type { AlarmCode } from './alarm.ts';

/** One limit or two, and how far a value must come back for the alarm to end. */
export interface AlarmLimits {
  limit?: number;
  low?: number;
  high?: number;
  deadband?: number;
}

/**
 * The limits of those alarms that have any, in the unit of their metric, as they stand where nothing is
 * tuned (judgement, but for EN 50160's ±10 % and IEC 62523's surroundings). Without a `deadband` none
 * can be tuned either.
 */
export const ALARM_LIMITS: Readonly<Partial<Record<AlarmCode, AlarmLimits>>> = {
  /** Runtime margin as a share of the safe-shutdown time. */
  UPS_MARGIN_LOW: { limit: 0.5, deadband: 0.1 },
  /** Runtime margin, s. */
  SHUTDOWN_NOW: { limit: 60, deadband: 60 },
  UPS_OVERLOAD: { limit: 100, deadband: 5 },
  /** Charge (%) from which a battery counts as full. */
  UPS_CHARGER: { limit: 99 },
  BATT_TEMP: { limit: 35, deadband: 2 },
  /** State of health, %. */
  BATT_REPLACE: { limit: 80, deadband: 2 },
  MAINS_VOLT: { low: 207, high: 253, deadband: 5 },
  MAINS_FREQ: { low: 49.5, high: 50.5, deadband: 0.05 },
  /** Transitions in 10 minutes. */
  MAINS_FLAP: { limit: 4 },
  GEN_FUEL: { limit: 25, deadband: 2 },
  SC_DOSE: { limit: 2.5, deadband: 0.2 },
  /** K over the set point. */
  SC_CHILLER: { limit: 5, deadband: 2 },
  /** % of the rated flow. */
  SC_FLOW: { limit: 70, deadband: 5 },
  SC_VACUUM: { limit: 50, deadband: 5 },
  SC_DETECTOR: { limit: 98, deadband: 0.5 },
  /** Times the typical warm-up. */
  SC_WARMUP_LONG: { limit: 2 },
  /** % of the rated heater hours. */
  TUBE_LIFE: { limit: 80 },
  /** ms */
  CLOCK_OFF: { limit: 5000, deadband: 1000 },
  /** km from its site. */
  MOVED: { limit: 2, deadband: 0.2 },
};
