import type { Language } from '../../src/contract/text.ts';
import type { Outcome, Stretch, Verdict } from '../judge/verdict.ts';

interface Text {
  title: string;
  status: Record<Verdict['status'], string>;
  outcome: Record<Outcome, string>;
  mode: Record<Verdict['mode'], string>;
  condition: Record<Stretch['condition'], string>;
  facts: {
    scenario: string;
    seed: string;
    mode: string;
    span: string;
    wall: string;
    devices: string;
    sites: string;
    published: string;
  };
  checks: {
    caption: string;
    check: string;
    outcome: string;
    measured: string;
    limit: string;
    of: string;
  };
  timeline: {
    caption: string;
    explanation: string;
    truth: string;
    monitor: string;
    calm: string;
    none: string;
    kyivTime: string;
  };
  /** Checks by name; one that is not here shows its name. */
  names: Readonly<Record<string, string>>;
  seconds: string;
}

const uk: Text = {
  title: 'Перевірка монітора симуляцією',
  status: {
    right: 'Монітор мав рацію',
    wrong: 'Монітор помилився',
    inconclusive: 'Висновку немає',
  },
  outcome: { right: 'правильно', wrong: 'помилка' },
  mode: { 'lock-step': 'крок у крок', 'real time': 'у реальному часі' },
  condition: {
    mains: 'від мережі',
    battery: 'від батареї',
    low: 'низький заряд',
    bypass: 'байпас',
    generator: 'від генератора',
    off: 'вимкнено',
    unknown: 'невідомо',
  },
  facts: {
    scenario: 'Сценарій',
    seed: 'Зерно',
    mode: 'Режим',
    span: 'Час симуляції',
    wall: 'Тривало',
    devices: 'Пристрої',
    sites: "Об'єкти",
    published: 'Повідомлення',
  },
  checks: {
    caption: 'Що перевірено',
    check: 'Перевірка',
    outcome: 'Висновок',
    measured: 'Виміряно',
    limit: 'Не більше',
    of: 'З',
  },
  timeline: {
    caption: "Що відбувалося на об'єктах",
    explanation: 'Угорі — як було насправді, внизу — як це бачив монітор.',
    truth: 'насправді',
    monitor: 'монітор',
    calm: "Об'єкти, де весь час було живлення від мережі",
    none: 'Ніде не було знеструмлення.',
    kyivTime: 'Час київський.',
  },
  names: {
    'interruptions.missed': 'Пропущені знеструмлення',
    'interruptions.metered': 'Знеструмлення, видимі лише лічильнику, яких немає в журналі',
    'interruptions.unheard': 'Знеструмлення, вигадані без жодної звістки',
    'interruptions.false': 'Хибні знеструмлення',
    'alarm.delay.p50': 'Затримка аварійного сигналу, медіана',
    'alarm.delay.p99': 'Затримка аварійного сигналу, 99 %',
    'alarm.delay.max': 'Затримка аварійного сигналу, найбільша',
    'alarm.clear.early': 'Аварійні сигнали, зняті зарано',
    'alarm.clear.late': 'Аварійні сигнали, зняті запізно',
    'live.missed': 'Аварійні сигнали, не надіслані на сторінку',
    'states.wrong': 'Неправильні стани пристроїв',
    'points.missing': 'Точки, яких бракує у сховищі',
    'points.wrong': 'Неправильні точки у сховищі',
    'points.unexpected': 'Зайві точки у сховищі',
    'alarms.false': 'Аварійні сигнали без причини',
    'silences.missed': "Об'єкти, чийого мовчання не помічено",
    'ledger.missing': 'Знеструмлення, яких немає в журналі',
    'ledger.false': 'Зайві рядки журналу знеструмлень',
    'ledger.start': 'Неправильні початки в журналі',
    'ledger.end': 'Неправильні закінчення в журналі',
    'ledger.coverage': 'Неправильні частки побаченого в журналі',
    'incidents.missing': 'Знеструмлення без інциденту',
    'incidents.false': 'Хибні інциденти',
    'incidents.tops': 'Одна причина — кілька інцидентів',
    'incident.delay': 'Затримка інциденту, найбільша',
    'incidents.resolved': 'Інциденти, не усунені вчасно',
    notifications: 'Неправильні сповіщення',
  },
  seconds: 'с',
};

const en: Text = {
  title: 'A monitor judged by a simulation',
  status: {
    right: 'The monitor was right',
    wrong: 'The monitor was wrong',
    inconclusive: 'Inconclusive',
  },
  outcome: { right: 'right', wrong: 'wrong' },
  mode: { 'lock-step': 'lock-step', 'real time': 'real time' },
  condition: {
    mains: 'on mains',
    battery: 'on battery',
    low: 'low battery',
    bypass: 'bypass',
    generator: 'on generator',
    off: 'off',
    unknown: 'unknown',
  },
  facts: {
    scenario: 'Scenario',
    seed: 'Seed',
    mode: 'Mode',
    span: 'Simulated time',
    wall: 'Took',
    devices: 'Devices',
    sites: 'Sites',
    published: 'Messages',
  },
  checks: {
    caption: 'What was checked',
    check: 'Check',
    outcome: 'Outcome',
    measured: 'Measured',
    limit: 'At most',
    of: 'Of',
  },
  timeline: {
    caption: 'What the sites went through',
    explanation: 'Above: what truly happened. Below: what the monitor saw.',
    truth: 'truth',
    monitor: 'monitor',
    calm: 'Sites that were on mains all the time',
    none: 'No site was without power.',
    kyivTime: 'Times are in Kyiv.',
  },
  names: {
    'interruptions.missed': 'Interruptions missed',
    'interruptions.metered': 'Interruptions that only a meter saw, missing',
    'interruptions.unheard': 'Interruptions invented that nobody told of',
    'interruptions.false': 'False interruptions',
    'alarm.delay.p50': 'Delay of the alarm, median',
    'alarm.delay.p99': 'Delay of the alarm, 99 %',
    'alarm.delay.max': 'Delay of the alarm, longest',
    'alarm.clear.early': 'Alarms cleared too early',
    'alarm.clear.late': 'Alarms cleared too late',
    'live.missed': 'Alarms never pushed to the page',
    'states.wrong': 'Device states wrong',
    'points.missing': 'Points missing in the store',
    'points.wrong': 'Points wrong in the store',
    'points.unexpected': 'Points too many in the store',
    'alarms.false': 'Alarms without a reason',
    'silences.missed': 'Silent sites that no alarm tells of',
    'ledger.missing': 'Interruptions missing in the ledger',
    'ledger.false': 'Ledger rows too many',
    'ledger.start': 'Begins wrong in the ledger',
    'ledger.end': 'Ends wrong in the ledger',
    'ledger.coverage': 'Coverage wrong in the ledger',
    'incidents.missing': 'Outages without an incident',
    'incidents.false': 'False incidents',
    'incidents.tops': 'One cause in several incidents',
    'incident.delay': 'Delay of the incident, longest',
    'incidents.resolved': 'Incidents that do not end',
    notifications: 'Notifications wrong',
  },
  seconds: 's',
};

/** The words of the report, by language; a missing one does not compile. */
export const TEXT: Readonly<Record<Language, Text>> = { uk, en };
