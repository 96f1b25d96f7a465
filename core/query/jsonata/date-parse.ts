import { DAY_MS, daysFromCivil } from './civil-time.ts';
import { DAY_NAMES, MONTH_NAMES, numberOf } from './date-component.ts';
import { type DateMarker, type DatePart, parseDatePicture } from './date-picture.ts';
import type { Evaluation } from './evaluation.ts';
import { integerReader } from './integer-picture.ts';
import { JsonataError } from './jsonata-error.ts';
import { linearRegex } from './regex.ts';

const ISO_8601 =
  /^(\d{4})(?:-([01]\d))?(?:-([0-3]\d))?(?:T([0-2]\d):([0-5]\d):([0-5]\d))?(\.\d+)?(?:([+-])([0-2]\d):?([0-5]\d)|Z)?$/;

/** `$toMillis` without a picture. A time that names no zone is in UTC. */
export function parseIsoTime(text: string): number {
  const match = ISO_8601.exec(text);
  if (!match) throw new JsonataError('D3110', { value: text });
  const [, year, month = '1', day = '1', hours = '0', minutes = '0', seconds = '0', fraction = '.'] = match;
  const [sign, zoneHours = '0', zoneMinutes = '0'] = match.slice(8);
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31 || Number(hours) > 24) {
    throw new JsonataError('D3110', { value: text });
  }
  const offset = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000 * (sign === '-' ? -1 : 1);
  const timeMs = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  const fractionMs = Number(fraction.slice(1, 4).padEnd(3, '0'));
  return daysFromCivil(Number(year), Number(month) - 1, Number(day)) * DAY_MS + timeMs + fractionMs - offset;
}

/** `$toMillis` with a picture; undefined if the text does not fit it. */
export function parseTime(text: string, picture: string, evaluation: Evaluation): number | undefined {
  const readers = parseDatePicture(picture).map(readerOf);
  const pattern = new RegExp(`^${readers.map((reader) => `(${reader.pattern})`).join('')}$`, 'i');
  const match = linearRegex(pattern).search(text, evaluation)(0);
  if (!match) return undefined;
  const found = new Map<string, number>();
  readers.forEach(({ component, parse }, i) => {
    const value = parse?.(String(match.groups[i] ?? ''));
    if (component !== undefined && value !== undefined) found.set(component, value);
  });
  return found.size === 0 ? undefined : timeOf(found, evaluation.scope.nowMs);
}

interface Reader {
  readonly pattern: string;
  readonly component?: string;
  readonly parse?: (text: string) => number | undefined;
}

function readerOf(part: DatePart): Reader {
  if (part.literal !== undefined) return { pattern: part.literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') };
  const { component, integerFormat } = part;
  if (component === 'Z' || component === 'z') return zoneReader(part);
  if (component === 'f') {
    return { component, pattern: '[0-9]+', parse: (text) => Number.parseFloat(`0.${text.slice(0, 3)}`) * 1000 };
  }
  return { component, ...(integerFormat ? integerReader(integerFormat) : nameReader(part)) };
}

function nameReader({ component, widthMax }: DateMarker): Reader {
  const names = namesOf(component);
  const values = new Map<string, number>();
  for (const [name, value] of names) values.set(name.slice(0, widthMax || undefined), value);
  return { pattern: '[a-zA-Z]+', parse: (text) => values.get(text) };
}

function namesOf(component: string): readonly (readonly [string, number])[] {
  switch (component) {
    case 'M':
    case 'x':
      return MONTH_NAMES.map((name, i) => [name, i + 1]);
    case 'F':
      return DAY_NAMES.map((name, i): [string, number] => [name, i]).slice(1);
    case 'P':
      return ['am', 'AM', 'pm', 'PM'].map((name, i) => [name, i >> 1]);
    default:
      throw new JsonataError('D3133', { value: component });
  }
}

/** In minutes. */
function zoneReader({ component, integerFormat }: DateMarker): Reader {
  const separator =
    integerFormat?.kind === 'decimal' && integerFormat.regular ? integerFormat.separators[0] : undefined;
  const prefix = component === 'z' ? 'GMT' : '';
  const tail = separator ? `${separator.character}[0-9]+` : '';
  return {
    component,
    pattern: `${prefix}[-+][0-9]+${tail}`,
    parse: (text) => {
      const zone = text.slice(prefix.length);
      const cut = separator ? zone.indexOf(separator.character) : Math.min(zone.length, 3);
      const minutes = zone.slice(cut + (separator ? 1 : 0));
      return Number.parseInt(zone.slice(0, cut), 10) * 60 + (minutes === '' ? 0 : Number.parseInt(minutes, 10));
    },
  };
}

/** Ways to name a date, and a time of day, most significant component first. */
const DATES = { month: 'YMD', dayOfYear: 'YD', weekOfMonth: 'XxwF', week: 'XWF' };
const TIMES = { hours24: 'Hmsf', hours12: 'Phmsf' };

/** Which of the ways some components belong to: none but its own, and at least one of them. */
function uses(found: ReadonlyMap<string, number>, all: string, own: string): boolean {
  // A component that is zero counts as absent here: what jsonata does.
  const present = [...all].filter((component) => found.get(component));
  return present.length > 0 && present.every((component) => own.includes(component));
}

/**
 * The time whose components were read. What is more significant than all of them is today's, what is less is zero; a
 * gap between them is an error.
 */
function timeOf(found: ReadonlyMap<string, number>, nowMs: number): number {
  const isDate = (own: string): boolean => uses(found, 'YXMxWwdD', own);
  const byMonth = isDate('YMD');
  const byDayOfYear = !byMonth && isDate('Yd');
  if (isDate('Xxw') || isDate('XW')) throw new JsonataError('D3136');
  const by12Hours = !uses(found, 'PHhmsf', 'Hmsf') && uses(found, 'PHhmsf', 'Phmsf');
  const order = (byDayOfYear ? DATES.dayOfYear : DATES.month) + (by12Hours ? TIMES.hours12 : TIMES.hours24);
  const value = withDefaults(found, order, nowMs);
  const year = value('Y');
  const hours = by12Hours ? (value('h') === 12 ? 0 : value('h')) + (value('P') === 1 ? 12 : 0) : value('H');
  const days = byDayOfYear
    ? daysFromCivil(fullYear(year), 0, 1) + (found.get('d') ?? 1) - 1
    : daysFromCivil(fullYear(year), Math.max(0, value('M') - 1), value('D'));
  const zone = found.get('Z') || found.get('z') || 0;
  return days * DAY_MS + ((hours * 60 + value('m') - zone) * 60 + value('s')) * 1000 + Math.trunc(value('f'));
}

/** Two digits are a year of the twentieth century: what Date.UTC makes of them, and so JSONata. */
function fullYear(year: number): number {
  return year >= 0 && year <= 99 ? 1900 + year : year;
}

function withDefaults(found: ReadonlyMap<string, number>, order: string, nowMs: number): (component: string) => number {
  const values = new Map(found);
  let started = false;
  let ended = false;
  for (const component of order) {
    if (found.has(component)) {
      if (ended) throw new JsonataError('D3136');
      started = true;
    } else if (started) {
      values.set(component, component === 'M' || component === 'D' ? 1 : 0);
      ended = true;
    } else {
      values.set(component, numberOf(component, nowMs) ?? 0);
    }
  }
  return (component) => values.get(component) ?? 0;
}
