import type { Metric } from './metric.ts';

type Row = [
  key: string,
  unit: string,
  min: number | undefined,
  max: number | undefined,
  uk: string,
  en: string,
];

const numeric: readonly Row[] = [
  ['ups.temperature', '°C', -40, 90, 'Температура ДБЖ', 'UPS temperature'],
  ['ups.power', 'VA', 0, 1e6, 'Повна потужність', 'Apparent power'],
  ['ups.realpower', 'W', 0, 1e6, 'Активна потужність', 'Real power'],
  ['ups.load', '%', 0, 200, 'Навантаження', 'Load'],
  ['ups.timer.shutdown', 's', -1, undefined, 'Таймер вимкнення', 'Shutdown timer'],
  ['battery.charge', '%', 0, 100, 'Заряд батареї', 'Battery charge'],
  ['battery.charge.low', '%', 0, 100, 'Поріг низького заряду', 'Low charge threshold'],
  ['battery.runtime', 's', 0, 172_800, 'Залишок автономності', 'Time remaining'],
  ['battery.runtime.low', 's', 0, 7200, 'Поріг залишку автономності', 'Low runtime threshold'],
  ['battery.voltage', 'V', 0, 1000, 'Напруга батареї', 'Battery voltage'],
  [
    'battery.voltage.nominal',
    'V',
    0,
    1000,
    'Номінальна напруга батареї',
    'Battery nominal voltage',
  ],
  ['battery.current', 'A', -1000, 1000, 'Струм батареї', 'Battery current'],
  ['battery.temperature', '°C', -40, 90, 'Температура батареї', 'Battery temperature'],
  ['onBatterySeconds', 's', 0, undefined, 'Час від батареї', 'Time on battery'],
  ['input.voltage', 'V', 0, 500, 'Вхідна напруга', 'Input voltage'],
  ['input.voltage.nominal', 'V', 0, 500, 'Номінальна вхідна напруга', 'Nominal input voltage'],
  ['input.current', 'A', 0, undefined, 'Вхідний струм', 'Input current'],
  ['input.realpower', 'W', 0, undefined, 'Вхідна активна потужність', 'Input real power'],
  ['input.transfer.low', 'V', 0, 500, 'Нижній поріг переходу', 'Low transfer threshold'],
  ['input.transfer.high', 'V', 0, 500, 'Верхній поріг переходу', 'High transfer threshold'],
  ['output.voltage', 'V', 0, 500, 'Вихідна напруга', 'Output voltage'],
  ['output.voltage.nominal', 'V', 0, 500, 'Номінальна вихідна напруга', 'Nominal output voltage'],
  ['output.current', 'A', 0, undefined, 'Вихідний струм', 'Output current'],
  ['output.realpower', 'W', 0, undefined, 'Вихідна активна потужність', 'Output real power'],
  [
    'output.power.nominal',
    'VA',
    Number.MIN_VALUE,
    undefined,
    'Номінальна повна потужність',
    'Nominal apparent power',
  ],
  [
    'output.realpower.nominal',
    'W',
    Number.MIN_VALUE,
    undefined,
    'Номінальна активна потужність',
    'Nominal real power',
  ],
];

const frequencies: readonly [string, string, string][] = [
  ['input.frequency', 'Вхідна частота', 'Input frequency'],
  ['input.frequency.nominal', 'Номінальна вхідна частота', 'Nominal input frequency'],
  ['output.frequency', 'Вихідна частота', 'Output frequency'],
];

const phaseQuantities: readonly [string, string, number | undefined, string, string][] = [
  ['voltage', 'V', 500, 'напруга', 'voltage'],
  ['current', 'A', undefined, 'струм', 'current'],
  ['realpower', 'W', undefined, 'активна потужність', 'real power'],
];

/** Per-phase names of three-phase devices, as NUT spells them: `input.L1-N.voltage`, `output.L2.current`. */
function phaseMetrics(): Metric[] {
  const metrics: Metric[] = [];
  for (const [side, uk, en] of [
    ['input', 'Вхід', 'Input'],
    ['output', 'Вихід', 'Output'],
  ] as const) {
    for (const phase of ['L1', 'L2', 'L3']) {
      for (const [quantity, unit, max, quantityUk, quantityEn] of phaseQuantities) {
        metrics.push({
          key: `${side}.${phase}${quantity === 'voltage' ? '-N' : ''}.${quantity}`,
          unit,
          type: 'float',
          min: 0,
          ...(max === undefined ? {} : { max }),
          kinds: ['ups'],
          label: { uk: `${uk} ${phase}: ${quantityUk}`, en: `${en} ${phase}: ${quantityEn}` },
        });
      }
    }
  }
  return metrics;
}

/** UPS metrics by their Network UPS Tools names (RFC 9271); ranges reject the absurd values of real devices. */
export const upsMetrics: readonly Metric[] = [
  {
    key: 'ups.status',
    unit: '',
    type: 'flags',
    kinds: ['ups'],
    label: { uk: 'Стан ДБЖ', en: 'UPS status' },
  },
  {
    key: 'ups.alarm',
    unit: '',
    type: 'text',
    kinds: ['ups'],
    label: { uk: 'Повідомлення ДБЖ', en: 'UPS alarm text' },
  },
  {
    key: 'ups.test.result',
    unit: '',
    type: 'text',
    kinds: ['ups'],
    label: { uk: 'Результат тесту', en: 'Test result' },
  },
  {
    key: 'battery.charger.status',
    unit: '',
    type: 'enum',
    values: ['charging', 'discharging', 'floating', 'resting'],
    kinds: ['ups'],
    label: { uk: 'Стан зарядного пристрою', en: 'Charger status' },
  },
  {
    key: 'input.lineBads',
    unit: '',
    type: 'counter',
    min: 0,
    max: 4_294_967_295,
    kinds: ['ups'],
    label: { uk: 'Збої електромережі', en: 'Mains failures counted' },
  },
  ...numeric.map(
    ([key, unit, min, max, uk, en]): Metric => ({
      key,
      unit,
      type: 'float',
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
      kinds: ['ups'],
      label: { uk, en },
    }),
  ),
  ...frequencies.map(
    ([key, uk, en]): Metric => ({
      key,
      unit: 'Hz',
      type: 'float',
      min: 40,
      max: 70,
      allowsZero: true,
      kinds: ['ups'],
      label: { uk, en },
    }),
  ),
  ...phaseMetrics(),
];
