import type { Language } from './language.ts';

/** A page in place of one that cannot be shown; the live page does not need it, so it is in no catalogue. */
interface ProblemTexts {
  /** By status. */
  problem: Readonly<Record<number, { title: string; advice: string }>>;
  /** Of any other status: what was asked was wrong, or we are. */
  refused: { title: string; advice: string };
  failed: { title: string; advice: string };
  incident: string;
  start: string;
  signIn: string;
}

export const PROBLEM_TEXTS: Readonly<Record<Language, ProblemTexts>> = {
  en: {
    problem: {
      401: {
        title: 'You are not signed in',
        advice: 'Sign in, then open the page again.',
      },
      403: {
        title: 'You have no access to this',
        advice:
          'Your role does not allow it, or this way in is closed. Use the address that you were given, by HTTPS; before there are accounts, open http://localhost on the machine itself. Otherwise ask your administrator.',
      },
      404: {
        title: 'There is nothing here',
        advice: 'Check the address, or begin at the start page.',
      },
      429: {
        title: 'Too many requests',
        advice: 'Wait a minute, then try again.',
      },
    },
    refused: {
      title: 'The request cannot be answered',
      advice: 'Go back and try again, or begin at the start page.',
    },
    failed: {
      title: 'Something does not work here',
      advice:
        'Try again in a minute. If it lasts, tell your administrator the number below: it is in the log.',
    },
    incident: 'Number for the administrator',
    start: 'Start page',
    signIn: 'Sign in',
  },
  uk: {
    problem: {
      401: {
        title: 'Ви не ввійшли',
        advice: 'Увійдіть, а тоді відкрийте сторінку знову.',
      },
      403: {
        title: 'Доступ заборонено',
        advice:
          'Ваша роль цього не дозволяє, або цей шлях закрито. Скористайтеся наданою вам адресою, через HTTPS; доки облікових записів немає, відкрийте http://localhost на самому комп’ютері монітора. В інших випадках зверніться до адміністратора.',
      },
      404: {
        title: 'Тут нічого немає',
        advice: 'Перевірте адресу або почніть із головної сторінки.',
      },
      429: {
        title: 'Забагато запитів',
        advice: 'Зачекайте хвилину й спробуйте ще раз.',
      },
    },
    refused: {
      title: 'Не вдалося виконати запит',
      advice: 'Поверніться й спробуйте ще раз або почніть із головної сторінки.',
    },
    failed: {
      title: 'Щось не працює',
      advice:
        'Спробуйте ще раз за хвилину. Якщо не допоможе, повідомте адміністраторові номер, наведений нижче: він є в журналі роботи.',
    },
    incident: 'Номер для адміністратора',
    start: 'Головна сторінка',
    signIn: 'Увійти',
  },
};
