import type { Language } from './language.ts';

/** What `npm run user` and the start say; the page does not need it, so it is in no catalogue. */
interface UserTexts {
  usage: string;
  setup: (url: string) => string;
  missing: (file: string) => string;
  failed: (file: string, error: string) => string;
  askPassword: (name: string) => string;
  askAgain: string;
  differs: string;
  weak: Record<'too_short' | 'too_long' | 'name' | 'common', string>;
  wrongName: string;
  wrongRole: string;
  wrongPermission: string;
  taken: (name: string) => string;
  noAccount: (name: string) => string;
  noToken: (id: string) => string;
  lastAdministrator: string;
  firstAccount: string;
  limitedAdministrator: string;
  added: (name: string, role: string) => string;
  changed: (name: string) => string;
  passwordChanged: (name: string) => string;
  removed: (name: string) => string;
  signedOut: (name: string) => string;
  link: (url: string, until: string) => string;
  token: (id: string, token: string) => string;
  tokenRemoved: (name: string) => string;
  noAccounts: string;
  noTokens: string;
  accountColumns: [name: string, role: string, scope: string, state: string, lastSignIn: string];
  tokenColumns: [id: string, name: string, permissions: string, scope: string, expires: string];
  everywhere: string;
  never: string;
  state: Record<'disabled' | 'breakGlass' | 'external' | 'noPassword' | 'secondFactor', string>;
}

export const USER_TEXTS: Readonly<Record<Language, UserTexts>> = {
  en: {
    usage: `npm run user -- COMMAND [--data FOLDER]

  add NAME --role ROLE [--site SITE]… [--region REGION]… [--break-glass]
  list
  role NAME ROLE
  scope NAME [--site SITE]… [--region REGION]…      neither: everywhere
  disable NAME        enable NAME
  password NAME       sets a new one and ends the sessions
  link NAME           makes a one-time link by which NAME sets a password, for 24 hours
  sign-out NAME       ends all sessions
  remove-second-factor NAME
  remove NAME
  token add NAME --permission PERMISSION… [--site SITE]… [--region REGION]… [--days NUMBER]
  token list
  token remove ID

Roles: viewer, technician, supervisor, auditor, administrator.
Permissions: see, report, respond, supervise, administer, scrape.
A password is asked for and never an argument; where the input is no terminal, it is its first line. The
monitor may go on meanwhile and takes changes within a second. The folder is that of SVITLO_DATA_DIR unless
told. Exit status: 0 done, 1 refused, 2 not understood or no accounts there.`,
    setup: (url) =>
      `There are no accounts yet, so only this machine is let in. To make the first administrator, open
  ${url}
within 24 hours; it works once. Or: npm run user -- add NAME --role administrator`,
    missing: (file) =>
      `${file}: there is no such file. Name the monitor's data folder with --data, or begin with: npm run user -- add NAME --role administrator`,
    failed: (file, error) => `${file} cannot be used: ${error}`,
    askPassword: (name) => `New password of ${name}: `,
    askAgain: 'Once more: ',
    differs: 'The two passwords are not the same. Nothing was changed.',
    weak: {
      too_short:
        'The password is too short: 12 characters at the least, several words for instance.',
      too_long: 'The password is too long: 128 characters at the most.',
      name: 'The password is little more than the name of the account.',
      common: 'The password is easily guessed. Take several words that do not belong together.',
    },
    wrongName: 'A name has 1 to 64 of a–z, 0–9 and . _ @ -, and begins with a letter or digit.',
    wrongRole: 'The role is one of: viewer, technician, supervisor, auditor, administrator.',
    wrongPermission: 'A permission is one of: see, report, respond, supervise, administer, scrape.',
    taken: (name) => `The name ${name} is taken or reserved.`,
    noAccount: (name) => `There is no account ${name}.`,
    noToken: (id) => `There is no such token, or more than one begins with ${id}.`,
    lastAdministrator: 'That would leave no administrator who can sign in. Make another one first.',
    firstAccount: 'The first account has to be that of an administrator: --role administrator.',
    limitedAdministrator:
      'Whoever may administer cannot be limited to regions or sites. Leave the limits out, or take another role or permission.',
    added: (name, role) => `Added: ${name}, ${role}.`,
    changed: (name) => `Changed: ${name}.`,
    passwordChanged: (name) => `${name} has a new password; the sessions are ended.`,
    removed: (name) => `Removed: ${name}.`,
    signedOut: (name) => `All sessions of ${name} are ended.`,
    link: (url, until) =>
      `${url}\nIt works once, until ${until}. Whoever has it sets the password.`,
    token: (id, token) => `${token}\nIt is shown this once. Its identifier: ${id}`,
    tokenRemoved: (name) => `Removed: the token ${name}.`,
    noAccounts: 'There are no accounts.',
    noTokens: 'There are no tokens.',
    accountColumns: ['name', 'role', 'sites', 'state', 'last sign-in'],
    tokenColumns: ['id', 'name', 'permissions', 'sites', 'expires'],
    everywhere: 'everywhere',
    never: 'never',
    state: {
      disabled: 'disabled',
      breakGlass: 'break-glass',
      external: 'identity provider',
      noPassword: 'no password',
      secondFactor: 'second factor',
    },
  },
  uk: {
    usage: `npm run user -- КОМАНДА [--data ТЕКА]

  add ІМ’Я --role РОЛЬ [--site ПУНКТ]… [--region РЕГІОН]… [--break-glass]
  list
  role ІМ’Я РОЛЬ
  scope ІМ’Я [--site ПУНКТ]… [--region РЕГІОН]…     без них — усюди
  disable ІМ’Я        enable ІМ’Я
  password ІМ’Я       задає новий пароль і завершує сеанси
  link ІМ’Я           створює одноразове посилання, щоб задати пароль, на 24 години
  sign-out ІМ’Я       завершує всі сеанси
  remove-second-factor ІМ’Я
  remove ІМ’Я
  token add НАЗВА --permission ДОЗВІЛ… [--site ПУНКТ]… [--region РЕГІОН]… [--days КІЛЬКІСТЬ]
  token list
  token remove ID

Ролі: viewer, technician, supervisor, auditor, administrator.
Дозволи: see, report, respond, supervise, administer, scrape.
Пароль програма запитує, аргументом його не передають; якщо ввід не з термінала, паролем є його перший
рядок. Монітор тим часом може працювати: зміни він бере до уваги протягом секунди. Без --data береться тека
з SVITLO_DATA_DIR. Код завершення: 0 — виконано, 1 — відмовлено, 2 — не зрозуміло або облікових записів немає.`,
    setup: (url) =>
      `Облікових записів ще немає, тому вхід можливий лише з цієї машини. Щоб створити першого адміністратора,
відкрийте протягом 24 годин
  ${url}
Посилання діє один раз. Або: npm run user -- add ІМ’Я --role administrator`,
    missing: (file) =>
      `${file}: такого файлу немає. Вкажіть теку даних монітора через --data або почніть так: npm run user -- add ІМ’Я --role administrator`,
    failed: (file, error) => `${file} не вдалося використати: ${error}`,
    askPassword: (name) => `Новий пароль для ${name}: `,
    askAgain: 'Ще раз: ',
    differs: 'Паролі не збігаються. Нічого не змінено.',
    weak: {
      too_short: 'Пароль закороткий: потрібно щонайменше 12 символів, наприклад кілька слів.',
      too_long: 'Пароль задовгий: можна щонайбільше 128 символів.',
      name: 'Пароль майже збігається з іменем облікового запису.',
      common: 'Такий пароль легко вгадати. Візьміть кілька слів, не пов’язаних між собою.',
    },
    wrongName:
      'Ім’я має від 1 до 64 символів a–z, 0–9 та . _ @ - і починається з літери або цифри.',
    wrongRole: 'Роль — одна з: viewer, technician, supervisor, auditor, administrator.',
    wrongPermission: 'Дозвіл — один з: see, report, respond, supervise, administer, scrape.',
    taken: (name) => `Ім’я ${name} зайняте або зарезервоване.`,
    noAccount: (name) => `Облікового запису ${name} немає.`,
    noToken: (id) => `Такого токена немає, або з ${id} починається кілька.`,
    lastAdministrator:
      'Не лишилося б жодного адміністратора, який може увійти. Спершу додайте іншого.',
    firstAccount: 'Перший обліковий запис має бути адміністратора: --role administrator.',
    limitedAdministrator:
      'Того, хто керує обліковими записами, не можна обмежити регіонами чи пунктами. Приберіть обмеження або оберіть іншу роль чи інший дозвіл.',
    added: (name, role) => `Додано: ${name}, ${role}.`,
    changed: (name) => `Змінено: ${name}.`,
    passwordChanged: (name) => `Для ${name} задано новий пароль; сеанси завершено.`,
    removed: (name) => `Вилучено: ${name}.`,
    signedOut: (name) => `Усі сеанси ${name} завершено.`,
    link: (url, until) => `${url}\nДіє один раз, до ${until}. Хто його має, той задає пароль.`,
    token: (id, token) => `${token}\nБільше його не буде показано. Ідентифікатор: ${id}`,
    tokenRemoved: (name) => `Вилучено: токен ${name}.`,
    noAccounts: 'Облікових записів немає.',
    noTokens: 'Токенів немає.',
    accountColumns: ['ім’я', 'роль', 'пункти', 'стан', 'останній вхід'],
    tokenColumns: ['id', 'назва', 'дозволи', 'пункти', 'діє до'],
    everywhere: 'усюди',
    never: 'ніколи',
    state: {
      disabled: 'вимкнено',
      breakGlass: 'аварійний доступ',
      external: 'постачальник ідентичності',
      noPassword: 'без пароля',
      secondFactor: 'другий чинник',
    },
  },
};
