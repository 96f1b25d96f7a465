import { type CivilTime, civilTime, DAY_MS, daysFromCivil, firstWeekMs } from './civil-time.ts';

/** English names, as JSONata writes them whatever the locale. Days begin with Monday = 1. */
export const DAY_NAMES: readonly string[] = [
  '',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
];
export const MONTH_NAMES: readonly string[] = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

/** The value of one of a picture's components that is a number; undefined for one that is not. */
export function numberOf(component: string, epochMs: number): number | undefined {
  const time = civilTime(epochMs);
  const today = Math.floor(epochMs / DAY_MS) * DAY_MS;
  switch (component) {
    case 'Y':
      return time.year;
    case 'M':
      return time.month + 1;
    case 'D':
      return time.day;
    case 'd':
      return today / DAY_MS - daysFromCivil(time.year, 0, 1) + 1;
    case 'F':
      return time.weekday || 7;
    case 'W':
      return weekOf(today, firstWeekMs(time.year - 1, 0), firstWeekMs(time.year, 0), firstWeekMs(time.year + 1, 0));
    case 'w':
      return weekOfMonth(today, time);
    case 'X':
      return time.year + weekShift(epochMs, firstWeekMs(time.year, 0), firstWeekMs(time.year + 1, 0));
    case 'x':
      return weekMonth(epochMs, time);
    case 'H':
      return time.hours;
    case 'h':
      return time.hours % 12 || 12;
    case 'm':
      return time.minutes;
    case 's':
      return time.seconds;
    case 'f':
      return time.milliseconds;
    default:
      return undefined;
  }
}

/** Counted from 1 in the period whose weeks the day belongs to, which may be the one before or after. */
function weekOf(today: number, previous: number, current: number, next: number): number {
  if (today >= next) return 1;
  const start = today < current ? previous : current;
  return Math.floor((today - start) / (7 * DAY_MS)) + 1;
}

function weekOfMonth(today: number, { year, month }: CivilTime): number {
  return weekOf(today, firstWeekMs(year, month - 1), firstWeekMs(year, month), firstWeekMs(year, month + 1));
}

/** -1, 0 or 1: whether the week of a time belongs to the period before, this one, or the next. */
function weekShift(epochMs: number, start: number, end: number): number {
  if (epochMs < start) return -1;
  return epochMs >= end ? 1 : 0;
}

function weekMonth(epochMs: number, { year, month }: CivilTime): number {
  const shifted = month + weekShift(epochMs, firstWeekMs(year, month), firstWeekMs(year, month + 1));
  return ((shifted + 12) % 12) + 1;
}
