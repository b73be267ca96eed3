import type { Language } from './language.ts';

/** What `npm run journal` says; the page does not need it, so it is in no catalogue. */
interface JournalTexts {
  usage: string;
  missing: (file: string) => string;
  unreadable: (file: string, error: string) => string;
  earlier: (file: string) => string;
  whole: (rows: string) => string;
  head: (hash: string) => string;
  broken: (seq: string, rows: string) => string;
  fault: Record<'changed' | 'missing' | 'surplus' | 'unreadable', string>;
  expected: (expected: string, found: string) => string;
}

export const JOURNAL_TEXTS: Readonly<Record<Language, JournalTexts>> = {
  en: {
    usage: `npm run journal -- verify [--data FOLDER]

Checks the hash chain of the audit in journal.db; the monitor may go on meanwhile. The folder is that of
SVITLO_DATA_DIR unless told. Exit status: 0 the chain holds, 1 it does not, 2 there is no journal to check.`,
    missing: (file) =>
      `${file}: there is no such file. Name the monitor's data folder with --data.`,
    unreadable: (file, error) => `${file} cannot be read: ${error}`,
    earlier: (file) => `${file} is of another version of Svitlo, which has no such audit.`,
    whole: (rows) => `The audit holds: ${rows} rows, none changed or missing.`,
    head: (hash) => `Hash of the last row: ${hash}`,
    broken: (seq, rows) => `The audit is broken at row ${seq}; the rows before it hold: ${rows}.`,
    fault: {
      changed: 'The row, or its hash, was changed.',
      missing: 'The row is missing.',
      surplus: 'The row does not belong to the chain.',
      unreadable: 'The row cannot be read.',
    },
    expected: (expected, found) => `Expected: ${expected}\nFound:    ${found}`,
  },
  uk: {
    usage: `npm run journal -- verify [--data ТЕКА]

Перевіряє ланцюг гешів аудиту в journal.db; монітор тим часом може працювати. Без --data береться тека
з SVITLO_DATA_DIR. Код завершення: 0 — ланцюг цілий, 1 — порушений, 2 — журналу для перевірки немає.`,
    missing: (file) => `${file}: такого файлу немає. Вкажіть теку даних монітора через --data.`,
    unreadable: (file, error) => `${file} не вдалося прочитати: ${error}`,
    earlier: (file) => `${file} записала інша версія Svitlo, у якій такого аудиту немає.`,
    whole: (rows) => `Аудит цілий: рядків ${rows}, жодного не змінено й не вилучено.`,
    head: (hash) => `Геш останнього рядка: ${hash}`,
    broken: (seq, rows) => `Аудит порушено в рядку ${seq}; цілих рядків перед ним: ${rows}.`,
    fault: {
      changed: 'Рядок або його геш змінено.',
      missing: 'Рядка немає.',
      surplus: 'Рядок не належить до ланцюга.',
      unreadable: 'Рядок не читається.',
    },
    expected: (expected, found) => `Очікувалося: ${expected}\nЗнайдено:    ${found}`,
  },
};
