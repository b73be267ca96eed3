import type { Language } from './language.ts';

type Step = 'databases' | 'store' | 'periods' | 'checksums';

/** What `npm run backup` says; the page does not need it, so it is in no catalogue. */
interface BackupTexts {
  usage: string;
  noData: (folder: string) => string;
  inside: (target: string, folder: string) => string;
  notEmpty: (target: string) => string;
  notFolder: (target: string) => string;
  wide: (target: string) => string;
  unreachable: (folder: string) => string;
  noRoom: (target: string, missing: string) => string;
  step: Record<Step, (done: string, of: string) => string>;
  failed: (reason: string) => string;
  interrupted: string;
  done: (target: string, files: string, size: string) => string;
  audit: (rows: string, hash: string) => string;
  influx: (database: string) => string;
  stopped: string;
}

export const BACKUP_TEXTS: Readonly<Record<Language, BackupTexts>> = {
  en: {
    usage: `npm run backup -- FOLDER [--data FOLDER] [--config FILE]

Copies the monitor's data folder into FOLDER, which must be empty or absent; the monitor may go on
meanwhile. The data folder is that of SVITLO_DATA_DIR, the configuration that of SVITLO_CONFIG, or
svitlo.yaml, unless told. Exit status: 0 the backup is whole, 1 it failed and was taken away, 2 refused.`,
    noData: (folder) =>
      `${folder} is no data folder: it has no journal.db. Name the monitor's with --data.`,
    inside: (target, folder) =>
      `${target} lies in the data folder ${folder}: name a folder outside of it, best on another disk.`,
    notEmpty: (target) => `${target} is not empty: name a new folder. Nothing was changed.`,
    notFolder: (target) => `${target} is not a folder. Nothing was changed.`,
    wide: (target) =>
      `${target} can be entered by others on this machine, and the backup has secrets in it: chmod 0700 ${target}`,
    unreachable: (folder) =>
      `A monitor uses ${folder}, but does not answer at its control.sock: it is just starting, or runs as an earlier version. Try again, or stop it first.`,
    noRoom: (target, missing) =>
      `There is no room for the backup at ${target}: ${missing} are missing.`,
    step: {
      databases: (done, of) => `SQLite files: ${done} of ${of}`,
      store: () => 'Embedded store: the days under way',
      periods: (done, of) => `Embedded store: finished days, ${done} of ${of} files`,
      checksums: (done, of) => `Checksums: ${done} of ${of} files`,
    },
    failed: (reason) => `The backup failed, and what there was of it was taken away: ${reason}`,
    interrupted: 'interrupted',
    done: (target, files, size) => `The backup is whole: ${target}, ${files} files, ${size}.`,
    audit: (rows, hash) =>
      `The audit has ${rows} rows; hash of the last: ${hash}\nNote both outside this machine: they show later whether the audit was made anew.`,
    influx: (
      database,
    ) => `The time series are in InfluxDB, database ${database}, and are not in this backup.
Copy them now, after it, with InfluxDB's own command, of 1.x or of 2.x:`,
    stopped: 'No monitor runs on this data folder: its files are copied as they lie.',
  },
  uk: {
    usage: `npm run backup -- ТЕКА [--data ТЕКА] [--config ФАЙЛ]

Копіює теку даних монітора в ТЕКУ, яка має бути порожньою або відсутньою; монітор тим часом може
працювати. Без параметрів тека даних береться з SVITLO_DATA_DIR, а конфігурація — з SVITLO_CONFIG або
svitlo.yaml. Код завершення: 0 — копія повна, 1 — не вдалося, недороблене прибрано, 2 — відмовлено.`,
    noData: (folder) =>
      `${folder} — не тека даних: у ній немає journal.db. Вкажіть теку монітора через --data.`,
    inside: (target, folder) =>
      `${target} лежить у теці даних ${folder}: вкажіть теку поза нею, найкраще на іншому диску.`,
    notEmpty: (target) => `${target} не порожня: вкажіть нову теку. Нічого не змінено.`,
    notFolder: (target) => `${target} — не тека. Нічого не змінено.`,
    wide: (target) =>
      `До ${target} мають доступ інші користувачі цієї машини, а в копії є секрети: chmod 0700 ${target}`,
    unreachable: (folder) =>
      `Теку ${folder} використовує монітор, але він не відповідає через control.sock: він саме запускається або має старішу версію. Спробуйте ще раз або спершу зупиніть його.`,
    noRoom: (target, missing) => `Для копії в ${target} бракує місця: ще ${missing}.`,
    step: {
      databases: (done, of) => `Файли SQLite: ${done} з ${of}`,
      store: () => 'Вбудоване сховище: незавершені доби',
      periods: (done, of) => `Вбудоване сховище: завершені доби, файлів ${done} з ${of}`,
      checksums: (done, of) => `Контрольні суми: файлів ${done} з ${of}`,
    },
    failed: (reason) => `Резервне копіювання не вдалося, недороблену копію прибрано: ${reason}`,
    interrupted: 'перервано',
    done: (target, files, size) => `Резервна копія повна: ${target}, файлів ${files}, ${size}.`,
    audit: (rows, hash) =>
      `Рядків аудиту: ${rows}; геш останнього: ${hash}\nЗапишіть обидва поза цією машиною: згодом вони покажуть, чи не створили аудит наново.`,
    influx: (database) => `Часові ряди зберігає InfluxDB, база ${database}; у цій копії їх немає.
Скопіюйте їх тепер, після цієї копії, власною командою InfluxDB 1.x або 2.x:`,
    stopped: 'Монітор із цією текою даних не працює: файли копіюються як є.',
  },
};
