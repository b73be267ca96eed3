import type { Kind } from './kind.ts';
import type { Metric } from './metric.ts';
import { scannerStateSchema } from './scanner-state.ts';

type Range = Pick<Metric, 'min' | 'max' | 'allowsZero' | 'values'>;

function metric(
  [key, unit, type, kinds]: [string, string, Metric['type'], Kind[]],
  range: Range,
  [uk, en]: [string, string],
): Metric {
  return { key, unit, type, ...range, kinds, label: { uk, en } };
}

const S: Kind[] = ['scanner'];
const SP: Kind[] = ['scanner', 'power'];
const P: Kind[] = ['power'];

/** Cargo scanner metrics: X-ray source, cooling, safety chain, position. Ranges are judgement, made to reject nonsense. */
export const scannerMetrics: readonly Metric[] = [
  metric(['state', '', 'enum', S], { values: [...scannerStateSchema.options] }, ['Стан', 'State']),
  metric(['beam.on', '', 'bool', S], {}, ['Випромінювання увімкнено', 'Beam on']),
  metric(['beam.energy', 'MeV', 'float', S], { min: 0, max: 9 }, ['Енергія пучка', 'Beam energy']),
  metric(['source.dose_rate', 'Gy/min', 'float', S], { min: 0, max: 30 }, [
    'Потужність дози джерела',
    'Source dose rate',
  ]),
  metric(['source.prf', 'Hz', 'int', S], { min: 0, max: 400 }, [
    'Частота імпульсів',
    'Pulse repetition frequency',
  ]),
  metric(['modulator.hv', 'kV', 'float', S], { min: 0, max: 60 }, [
    'Напруга модулятора',
    'Modulator voltage',
  ]),
  metric(['magnetron.current', 'A', 'float', S], { min: 0, max: 150 }, [
    'Струм магнетрона',
    'Magnetron current',
  ]),
  metric(['linac.ion_pump', 'µA', 'float', S], { min: 0, max: 200 }, [
    'Струм іонного насоса',
    'Ion pump current',
  ]),
  metric(['waveguide.sf6', 'bar', 'float', S], { min: 0, max: 4 }, [
    'Тиск SF6 у хвилеводі',
    'Waveguide SF6 pressure',
  ]),
  metric(['source.heater_hours', 'h', 'float', S], { min: 0 }, [
    'Напрацювання розжарення',
    'Heater running hours',
  ]),
  metric(['source.beam_hours', 'h', 'float', S], { min: 0 }, [
    'Напрацювання випромінювання',
    'Beam running hours',
  ]),
  metric(['chiller.temp', '°C', 'float', S], { min: -20, max: 60 }, [
    'Температура чилера',
    'Chiller temperature',
  ]),
  metric(['chiller.setpoint', '°C', 'float', S], { min: -20, max: 60 }, [
    'Уставка чилера',
    'Chiller setpoint',
  ]),
  metric(['chiller.flow', 'L/min', 'float', S], { min: 0, max: 60 }, [
    'Потік чилера',
    'Chiller flow',
  ]),
  metric(['detector.ok', '%', 'float', S], { min: 0, max: 100 }, [
    'Справні детектори',
    'Working detectors',
  ]),
  metric(['dose.boundary', 'µSv/h', 'float', S], { min: 0, max: 1000 }, [
    'Потужність дози на межі зони',
    'Dose rate at the boundary',
  ]),
  metric(['dose.operator', 'µSv/h', 'float', S], { min: 0, max: 1000 }, [
    'Потужність дози в оператора',
    'Dose rate at the operator',
  ]),
  metric(['interlocks', '', 'int', S], { min: 0, max: 4_294_967_295 }, [
    'Блокування',
    'Interlocks',
  ]),
  metric(['estop', '', 'bool', S], {}, ['Аварійна зупинка', 'Emergency stop']),
  metric(['zone_clear', '', 'bool', S], {}, ['Контрольована зона вільна', 'Controlled area clear']),
  metric(['scan.speed', 'm/s', 'float', S], { min: 0, max: 4 }, [
    'Швидкість сканування',
    'Scan speed',
  ]),
  metric(['scan.count', '', 'counter', S], { min: 0 }, ['Кількість сканувань', 'Scan count']),
  metric(['cabinet.temp', '°C', 'float', S], { min: -40, max: 70 }, [
    'Температура шафи',
    'Cabinet temperature',
  ]),
  metric(['power.active', 'kW', 'float', S], { min: 0, max: 80 }, [
    'Споживана потужність',
    'Active power',
  ]),
  metric(['gps.lat', '°', 'float', S], { min: 44, max: 53 }, ['Широта', 'Latitude']),
  metric(['gps.lon', '°', 'float', S], { min: 22, max: 41 }, ['Довгота', 'Longitude']),
  metric(['gps.fix', '', 'enum', S], { values: ['none', '2d', '3d'] }, ['Фіксація GPS', 'GPS fix']),
  metric(['boom.deployed', '', 'bool', S], {}, ['Стрілу розгорнуто', 'Boom deployed']),
  metric(['vehicle.battery', 'V', 'float', S], { min: 0, max: 32 }, [
    'Бортова батарея',
    'Vehicle battery',
  ]),
];

/** A site's supply; a mobile scanner reports its own generator by the same names. */
export const powerMetrics: readonly Metric[] = [
  metric(['generator.fuel', '%', 'float', SP], { min: 0, max: 100 }, [
    'Пальне генератора',
    'Generator fuel',
  ]),
  metric(['generator.state', '', 'enum', SP], { values: ['off', 'start', 'run', 'fail'] }, [
    'Стан генератора',
    'Generator state',
  ]),
  metric(['generator.auto', '', 'bool', SP], {}, [
    'Генератор в автоматичному режимі',
    'Generator in AUTO',
  ]),
  metric(['generator.power', 'kW', 'float', SP], { min: 0, max: 500 }, [
    'Потужність генератора',
    'Generator power',
  ]),
  metric(['mains.present', '', 'bool', P], {}, ['Електромережа є', 'Mains present']),
  metric(['mains.voltage', 'V', 'float', P], { min: 0, max: 500 }, [
    'Напруга електромережі',
    'Mains voltage',
  ]),
  metric(['mains.frequency', 'Hz', 'float', P], { min: 40, max: 70, allowsZero: true }, [
    'Частота електромережі',
    'Mains frequency',
  ]),
  metric(['ats.position', '', 'enum', P], { values: ['mains', 'generator', 'off'] }, [
    'Положення АВР',
    'ATS position',
  ]),
];

const ALL: Kind[] = ['ups', 'scanner', 'power'];

/** Metrics of any device: its link, its clock, its online flag (the `state` channel's boolean field). */
export const siteMetrics: readonly Metric[] = [
  metric(['modem.rssi', 'dBm', 'int', ALL], { min: -120, max: -40 }, [
    'Рівень сигналу модема',
    'Modem signal',
  ]),
  metric(['buffer.depth', '', 'int', ALL], { min: 0 }, [
    'Повідомлень у буфері',
    'Messages buffered',
  ]),
  metric(['clock.offset', 'ms', 'int', ALL], {}, ['Розбіжність годинника', 'Clock offset']),
  metric(['online', '', 'bool', ALL], {}, ["На зв'язку", 'Online']),
];
