import { type Language, LOCALES, TIME_ZONE } from './language.ts';

/** The words that formats need; the rest comes from Intl. */
export interface FormatWords {
  hours: string;
  minutes: string;
  seconds: string;
  days: string;
  ago: (span: string) => string;
}

/** Number and time formats of one language; every time is given in ms since 1970 UTC and shown in Kyiv time. */
export interface Format {
  /** `1 234,5` in uk; at most `digits` decimals (default 1). */
  number: (value: number, digits?: number) => string;
  /** 87 → `87%`; a share of 100, without decimals. */
  percent: (value: number) => string;
  /** 1085 → `18 хв`; rounded down to the two largest units that matter, never below zero. */
  duration: (seconds: number) => string;
  /** 7000 → `1,9 год`, 1085 → `18 хв`; one number, where there is no room for two. */
  brief: (seconds: number) => string;
  /** 125 → `2 хв 05 с`; for a running clock. */
  elapsed: (seconds: number) => string;
  /** `5 с тому`. */
  age: (seconds: number) => string;
  /** `23.01.2026, 15:45:09`. */
  dateTime: (ms: number) => string;
  /** `23.01.2026`. */
  date: (ms: number) => string;
  /** `15:45:09`. */
  time: (ms: number) => string;
  /** `15:45`, for axes. */
  clock: (ms: number) => string;
  /** `23.01`, for axes. */
  day: (ms: number) => string;
}

const time: Intl.DateTimeFormatOptions = {
  timeZone: TIME_ZONE,
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
};
const date: Record<Language, Intl.DateTimeFormatOptions> = {
  uk: { day: '2-digit', month: '2-digit', year: 'numeric' },
  en: { day: '2-digit', month: 'short', year: 'numeric' },
};

/** Below this a runtime is read in minutes. */
const BRIEF_MINUTES = 100;

function durationFormat(
  locale: string,
  words: FormatWords,
): Pick<Format, 'duration' | 'brief' | 'elapsed'> {
  const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const padded = new Intl.NumberFormat(locale, { minimumIntegerDigits: 2 });
  const pair = (major: number, majorWord: string, minor: string, minorWord: string) =>
    `${plain.format(major)} ${majorWord} ${minor} ${minorWord}`;
  const long = (whole: number): string => {
    const days = Math.floor(whole / 86_400);
    const hours = Math.floor((whole % 86_400) / 3600);
    const minutes = Math.floor((whole % 3600) / 60);
    if (days > 0) return pair(days, words.days, plain.format(hours), words.hours);
    if (minutes === 0) return `${plain.format(hours)} ${words.hours}`;
    return pair(hours, words.hours, padded.format(minutes), words.minutes);
  };
  const whole = (seconds: number) => Math.max(0, Math.floor(seconds));
  return {
    duration(seconds) {
      const rest = whole(seconds);
      if (rest < 60) return `${plain.format(rest)} ${words.seconds}`;
      if (rest < 3600) return `${plain.format(Math.floor(rest / 60))} ${words.minutes}`;
      return long(rest);
    },
    brief(seconds) {
      const rest = whole(seconds);
      if (rest < 60) return `${plain.format(rest)} ${words.seconds}`;
      if (rest < BRIEF_MINUTES * 60)
        return `${plain.format(Math.floor(rest / 60))} ${words.minutes}`;
      return `${tenths.format(Math.floor(rest / 360) / 10)} ${words.hours}`;
    },
    elapsed(seconds) {
      const rest = whole(seconds);
      if (rest < 60) return `${plain.format(rest)} ${words.seconds}`;
      if (rest >= 3600) return long(rest);
      return pair(Math.floor(rest / 60), words.minutes, padded.format(rest % 60), words.seconds);
    },
  };
}

/** Builds the formats of a language once; `words` come from its catalogue. */
export function createFormat(language: Language, words: FormatWords): Format {
  const locale = LOCALES[language];
  const numbers = new Map<number, Intl.NumberFormat>();
  const numberFormat = (digits: number): Intl.NumberFormat => {
    const known = numbers.get(digits);
    if (known !== undefined) return known;
    const made = new Intl.NumberFormat(locale, { maximumFractionDigits: digits });
    numbers.set(digits, made);
    return made;
  };
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const dateTime = new Intl.DateTimeFormat(locale, { ...date[language], ...time });
  const dateOnly = new Intl.DateTimeFormat(locale, { timeZone: TIME_ZONE, ...date[language] });
  const timeOnly = new Intl.DateTimeFormat(locale, time);
  const clock = new Intl.DateTimeFormat(locale, {
    timeZone: TIME_ZONE,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const day = new Intl.DateTimeFormat(locale, {
    timeZone: TIME_ZONE,
    day: '2-digit',
    month: language === 'uk' ? '2-digit' : 'short',
  });
  const durations = durationFormat(locale, words);
  return {
    number: (value, digits = 1) => numberFormat(digits).format(value),
    percent: (value) => percent.format(value / 100),
    ...durations,
    age: (seconds) => words.ago(durations.duration(seconds)),
    dateTime: (ms) => dateTime.format(ms),
    date: (ms) => dateOnly.format(ms),
    time: (ms) => timeOnly.format(ms),
    clock: (ms) => clock.format(ms),
    day: (ms) => day.format(ms),
  };
}
