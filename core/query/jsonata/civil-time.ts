/** Calendar arithmetic in UTC on the proleptic Gregorian calendar, on numbers alone: core/ has no Date. */
export const DAY_MS = 86_400_000;

/** Months count from 0, days from 1, weekdays from Sunday = 0. */
export interface CivilTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  readonly milliseconds: number;
}

/**
 * Days from 1970-01-01 to a date; a month or day out of range counts on.
 * Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
 */
export function daysFromCivil(year: number, month: number, day: number): number {
  const months = year * 12 + month;
  // The year begins in March, so that the leap day is its last.
  const marchYear = Math.floor((months - 2) / 12);
  const marchMonth = months - 2 - marchYear * 12;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * marchMonth + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The same source's civil_from_days. */
export function civilTime(epochMs: number): CivilTime {
  const days = Math.floor(epochMs / DAY_MS);
  const rest = Math.floor(epochMs - days * DAY_MS);
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = (marchMonth + 2) % 12;
  return {
    year: yearOfEra + era * 400 + (month < 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
    weekday: (((days + 4) % 7) + 7) % 7,
    hours: Math.floor(rest / 3_600_000),
    minutes: Math.floor(rest / 60_000) % 60,
    seconds: Math.floor(rest / 1000) % 60,
    milliseconds: rest % 1000,
  };
}

/** The Monday that begins week 1 of a year, or of a month: the week that has its first Thursday. ISO 8601. */
export function firstWeekMs(year: number, month: number): number {
  const first = daysFromCivil(year, month, 1);
  const weekday = (((first + 3) % 7) + 7) % 7;
  return (weekday > 3 ? first + 7 - weekday : first - weekday) * DAY_MS;
}
