import { civilTime } from './civil-time.ts';
import { DAY_NAMES, MONTH_NAMES, numberOf } from './date-component.ts';
import { type DateMarker, type DatePart, parseDatePicture } from './date-picture.ts';
import { formatInteger, writeInteger } from './integer-picture.ts';
import { JsonataError } from './jsonata-error.ts';

const ISO_8601 = parseDatePicture('[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]');
/** Largest distance from the epoch that has a date. ECMA-262, "Time Values and Time Range". */
const TIME_MAX_MS = 8.64e15;

/** `$fromMillis`: the time in a zone `±hhmm`, by a picture or in ISO 8601. */
export function formatTime(epochMs: number, picture: string | undefined, timezone: string | undefined): string {
  const offset = timezone === undefined ? 0 : Number.parseInt(timezone, 10);
  const zone: Zone = { hours: Math.floor(offset / 100), minutes: offset % 100 };
  const localMs = epochMs + (60 * zone.hours + zone.minutes) * 60_000;
  if (!(Math.abs(localMs) <= TIME_MAX_MS)) throw new JsonataError('D1001', { value: epochMs });
  const parts = picture === undefined ? ISO_8601 : parseDatePicture(picture);
  return parts.map((part) => writePart(part, Math.trunc(localMs), zone)).join('');
}

interface Zone {
  readonly hours: number;
  readonly minutes: number;
}

function writePart(part: DatePart, localMs: number, zone: Zone): string {
  if (part.literal !== undefined) return part.literal;
  const { component, names } = part;
  if (component === 'Z' || component === 'z') return writeZone(part, zone);
  if (component === 'P') {
    const half = civilTime(localMs).hours >= 12 ? 'pm' : 'am';
    return names === 'upper' ? half.toUpperCase() : half;
  }
  const value = numberOf(component, localMs);
  // Calendar and era.
  if (value === undefined) return 'ISO';
  if (names !== undefined) return writeName(part, value);
  if (!part.integerFormat) throw new JsonataError('D3132', { value: component });
  return writeInteger(part.yearDigits === -1 ? value : value % 10 ** part.yearDigits, part.integerFormat);
}

function writeName({ component, names, widthMax }: DateMarker, value: number): string {
  const isMonth = component === 'M' || component === 'x';
  if (!isMonth && component !== 'F') throw new JsonataError('D3133', { value: component });
  const name = (isMonth ? MONTH_NAMES[value - 1] : DAY_NAMES[value]) ?? '';
  const cased = names === 'upper' ? name.toUpperCase() : names === 'lower' ? name.toLowerCase() : name;
  return cased.slice(0, widthMax);
}

/** F&O 9.8.4.6. */
function writeZone({ component, integerFormat, isTraditional }: DateMarker, zone: Zone): string {
  const offset = zone.hours * 100 + zone.minutes;
  if (offset === 0 && isTraditional) return 'Z';
  if (integerFormat?.kind !== 'decimal') throw new JsonataError('D3133', { value: component });
  const digits = integerFormat.mandatoryDigits;
  if (!integerFormat.regular && digits > 4) throw new JsonataError('D3134', { value: digits });
  const hoursOnly = !integerFormat.regular && digits <= 2;
  let text = writeInteger(hoursOnly ? zone.hours : offset, integerFormat);
  if (hoursOnly && zone.minutes !== 0) text += `:${formatInteger(zone.minutes, '00')}`;
  return `${component === 'z' ? 'GMT' : ''}${offset >= 0 ? '+' : ''}${text}`;
}
