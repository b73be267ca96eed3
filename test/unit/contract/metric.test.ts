import { describe, expect, it } from 'vitest';
import { METRICS, metricSchema, metricValueSchema } from '../../../src/contract/metric.ts';

/** As the design lists them: the UPS vocabulary of NUT and RFC 1628, then scanners, then supply. */
const UPS = `ups.status ups.alarm ups.temperature ups.power ups.realpower battery.charge
  battery.charge.low battery.runtime battery.runtime.low battery.voltage battery.current
  battery.temperature onBatterySeconds input.lineBads input.frequency input.voltage
  input.L1-N.voltage input.L2-N.voltage input.L3-N.voltage input.current input.realpower
  output.frequency output.voltage output.current output.realpower ups.load output.power.nominal
  output.realpower.nominal input.voltage.nominal input.frequency.nominal input.transfer.low
  input.transfer.high ups.timer.shutdown ups.test.result battery.charger.status`;
const SCANNER = `state beam.on beam.energy source.dose_rate source.prf modulator.hv
  magnetron.current linac.ion_pump waveguide.sf6 source.heater_hours source.beam_hours chiller.temp
  chiller.setpoint chiller.flow detector.ok dose.boundary dose.operator interlocks estop zone_clear
  scan.speed scan.count cabinet.temp power.active gps.lat gps.lon gps.fix boom.deployed
  vehicle.battery generator.fuel generator.state generator.auto modem.rssi buffer.depth clock.offset`;
const POWER = `generator.fuel generator.state generator.auto generator.power mains.present
  mains.voltage mains.frequency ats.position clock.offset`;

const accepts = (key: string, value: unknown) => {
  const metric = METRICS.get(key);
  return metric !== undefined && metricValueSchema(metric).safeParse(value).success;
};

describe('the catalogue', () => {
  it.each([
    ['ups', UPS],
    ['scanner', SCANNER],
    ['power', POWER],
  ] as const)('holds every metric of %s', (kind, keys) => {
    const missing = keys.split(/\s+/).filter((key) => !METRICS.get(key)?.kinds.includes(kind));
    expect(missing).toEqual([]);
  });

  it('has well-formed entries with a label in both languages and a name each', () => {
    const labels = new Set<string>();
    for (const [key, metric] of METRICS) {
      expect(metricSchema.parse(metric)).toEqual(metric);
      expect(metric.key).toBe(key);
      expect(key).toMatch(/^[A-Za-z][\w.-]*$/);
      labels.add(metric.label.uk).add(metric.label.en);
    }
    expect(labels.size).toBe(METRICS.size * 2);
  });

  it('takes only names that are no keys of the payload itself', () => {
    for (const key of ['ts', 'seq', 'backfill']) expect(METRICS.has(key)).toBe(false);
  });

  it.each(['°C', '%', 's', 'V', 'A', 'W', 'VA', 'Hz', 'kW', 'µSv/h'])(
    'knows the unit %s',
    (unit) => {
      expect([...METRICS.values()].some((metric) => metric.unit === unit)).toBe(true);
    },
  );
});

describe('a value', () => {
  it.each([...METRICS.values()].map((metric) => [metric.key, metric] as const))(
    'of %s: both ends of its range belong to it, nothing beyond does',
    (key, { type, min, max }) => {
      if (type === 'bool' || type === 'enum' || type === 'flags' || type === 'text') return;
      const step = type === 'float' ? 0.001 : 1;
      if (min !== undefined) {
        expect(accepts(key, min)).toBe(true);
        expect(accepts(key, min - step)).toBe(false);
      }
      if (max !== undefined) {
        expect(accepts(key, max)).toBe(true);
        expect(accepts(key, max + step)).toBe(false);
      }
      for (const wrong of ['1', true, null, Number.NaN, Number.POSITIVE_INFINITY, {}, [1]]) {
        expect(accepts(key, wrong)).toBe(false);
      }
    },
  );

  it.each([
    ['input.frequency', 0],
    ['mains.frequency', 0],
    ['ups.timer.shutdown', -1],
    ['output.realpower.nominal', 0.1],
    ['ups.status', 'OL WEIRD'],
    ['ups.status', ''],
    ['ups.alarm', 'x'.repeat(256)],
    ['interlocks', 2 ** 32 - 1],
    ['beam.on', false],
    ['gps.fix', '3d'],
    ['clock.offset', -1_795_521_588_000],
  ])('%s may be %s', (key, value) => expect(accepts(key, value)).toBe(true));

  it.each([
    ['input.frequency', 0.5],
    ['input.frequency', 39.9],
    ['output.realpower.nominal', 0],
    ['ups.alarm', 'x'.repeat(257)],
    ['ups.status', 7],
    ['source.prf', 250.5],
    ['interlocks', -1],
    ['beam.on', 1],
    ['gps.fix', '4d'],
  ])('%s may not be %s', (key, value) => expect(accepts(key, value)).toBe(false));
});
