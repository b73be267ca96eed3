import type { Language } from './language.ts';

type Flaw = 'incomplete' | 'manifest' | 'missing' | 'changed' | 'damaged' | 'later';

/** What `npm run restore` says; the page does not need it, so it is in no catalogue. */
interface RestoreTexts {
  usage: string;
  flaw: Record<Flaw, (detail: string) => string>;
  running: (folder: string) => string;
  notEmpty: (folder: string) => string;
  notFolder: (folder: string) => string;
  noRoom: (folder: string, missing: string) => string;
  step: (done: string, of: string) => string;
  auditHolds: (rows: string, hash: string) => string;
  auditBroken: (seq: string) => string;
  auditTaken: string;
  auditRefused: string;
  failed: (reason: string) => string;
  done: (folder: string, madeAt: string, version: string) => string;
  sessions: (count: string) => string;
  next: (folder: string) => string;
  config: (folder: string) => string;
  access: string;
  influx: (database: string) => string;
}

export const RESTORE_TEXTS: Readonly<Record<Language, RestoreTexts>> = {
  en: {
    usage: `npm run restore -- BACKUP --data FOLDER [--accept-broken-audit]

Checks a backup that npm run backup made, and puts its data into FOLDER, which must be empty or absent.
Exit status: 0 the data are there, 1 the backup does not hold, or it failed, 2 refused. Nothing is left in
FOLDER where the status is not 0.`,
    flaw: {
      incomplete: (folder) =>
        `${folder} is no whole backup: it has no manifest.json, which is written last.`,
      manifest: (detail) => `The backup's manifest.json cannot be understood: ${detail}`,
      missing: (path) => `The backup is damaged: ${path} is missing.`,
      changed: (path) => `The backup is damaged: ${path} is not what its manifest says.`,
      damaged: (detail) => `The backup is damaged: ${detail}`,
      later: (version) =>
        `The backup is of Svitlo ${version}, whose journal this one cannot read: restore it with that version.`,
    },
    running: (folder) => `A monitor runs on ${folder}: stop it, or name another folder.`,
    notEmpty: (folder) =>
      `${folder} is not empty: name a new folder, or move what is in it away first. Nothing was changed.`,
    notFolder: (folder) => `${folder} is not a folder. Nothing was changed.`,
    noRoom: (folder, missing) => `There is no room at ${folder}: ${missing} are missing.`,
    step: (done, of) => `Files: ${done} of ${of}`,
    auditHolds: (rows, hash) => `The audit holds: ${rows} rows. Hash of the last: ${hash}`,
    auditBroken: (seq) =>
      `The audit was broken at row ${seq} already when the backup was made: somebody may have changed it.`,
    auditTaken: 'It is restored all the same, as you asked. Keep the backup as evidence.',
    auditRefused:
      'It is not restored. Look for an earlier backup; to restore this one all the same: --accept-broken-audit',
    failed: (reason) => `Restoring failed, and nothing was left in the folder: ${reason}`,
    done: (folder, madeAt, version) =>
      `Restored to ${folder}: what was at ${madeAt}, of Svitlo ${version}.`,
    sessions: (count) => `Sessions and one-time links ended: ${count}. Everybody signs in anew.`,
    next: (folder) =>
      `Next: start the monitor with SVITLO_DATA_DIR=${folder}. Its folder and files must belong to the user it runs as.`,
    config: (folder) => `The configuration of that time lies in ${folder}; it is not put in place.`,
    access:
      'Accounts, roles, tokens and device certificates are as they were then: whatever was withdrawn since is valid again. Look through them.',
    influx: (database) =>
      `The time series were in InfluxDB, database ${database}. Restore them with InfluxDB's own command, of 1.x or of 2.x:`,
  },
  uk: {
    usage: `npm run restore -- КОПІЯ --data ТЕКА [--accept-broken-audit]

Перевіряє резервну копію, зроблену npm run backup, і відновлює її дані в ТЕКУ, яка має бути порожньою
або відсутньою. Код завершення: 0 — дані на місці, 1 — копія пошкоджена або відновлення не вдалося,
2 — відмовлено. Якщо код не 0, у цій теці нічого не залишається.`,
    flaw: {
      incomplete: (folder) =>
        `${folder} — неповна резервна копія: немає файлу manifest.json, який записується останнім.`,
      manifest: (detail) => `Не вдалося розібрати manifest.json резервної копії: ${detail}`,
      missing: (path) => `Резервну копію пошкоджено: немає ${path}.`,
      changed: (path) => `Резервну копію пошкоджено: ${path} не відповідає manifest.json.`,
      damaged: (detail) => `Резервну копію пошкоджено: ${detail}`,
      later: (version) =>
        `Копію створив Svitlo ${version}, журналу якого ця версія прочитати не може: відновіть її тією версією.`,
    },
    running: (folder) => `Із текою ${folder} працює монітор: зупиніть його або вкажіть іншу теку.`,
    notEmpty: (folder) =>
      `${folder} не порожня: вкажіть нову теку або спершу перенесіть те, що в ній є. Нічого не змінено.`,
    notFolder: (folder) => `${folder} — не тека. Нічого не змінено.`,
    noRoom: (folder, missing) => `У ${folder} бракує місця: ще ${missing}.`,
    step: (done, of) => `Файлів: ${done} з ${of}`,
    auditHolds: (rows, hash) => `Аудит цілий: рядків ${rows}. Геш останнього: ${hash}`,
    auditBroken: (seq) =>
      `Аудит було порушено в рядку ${seq} ще до створення копії: хтось міг його змінити.`,
    auditTaken: 'Дані все одно відновлено, як ви просили. Збережіть копію як доказ.',
    auditRefused:
      'Дані не відновлено. Знайдіть ранішу копію; щоб усе ж відновити цю: --accept-broken-audit',
    failed: (reason) => `Відновити не вдалося, у теці нічого не залишено: ${reason}`,
    done: (folder, madeAt, version) =>
      `Відновлено в ${folder}: стан на ${madeAt}, Svitlo ${version}.`,
    sessions: (count) => `Завершено сеансів і одноразових посилань: ${count}. Усі входять заново.`,
    next: (folder) =>
      `Далі: запустіть монітор із SVITLO_DATA_DIR=${folder}. Тека й файли мають належати користувачеві, від імені якого він працює.`,
    config: (folder) => `Тодішня конфігурація лежить у ${folder}; на своє місце її не скопійовано.`,
    access:
      'Облікові записи, ролі, токени й сертифікати пристроїв такі, як були тоді: усе, що відтоді відкликали, знову чинне. Перегляньте їх.',
    influx: (database) =>
      `Часові ряди зберігала InfluxDB, база ${database}. Відновіть їх власною командою InfluxDB 1.x або 2.x:`,
  },
};
