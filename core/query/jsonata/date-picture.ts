import { type DecimalFormat, type IntegerFormat, parseIntegerPicture } from './integer-picture.ts';
import { JsonataError } from './jsonata-error.ts';

/**
 * `[Y0001]-[M01]-[D01]`: how a time is written, XPath's fn:format-dateTime (F&O 3.1, section 9.8.4).
 * After datetime.js of jsonata 2.2.2, (c) Copyright IBM Corp. 2018, MIT License.
 */
export type DatePart = { readonly literal: string } | DateMarker;

export interface DateMarker {
  readonly literal: undefined;
  /** Y M D d F W w X x H h P m s f Z z C E */
  readonly component: string;
  /** Most characters of a name. */
  readonly widthMax: number | undefined;
  readonly names: 'lower' | 'upper' | 'title' | undefined;
  readonly integerFormat: IntegerFormat | undefined;
  /** Last digits of a year that are shown, or -1 for all. */
  readonly yearDigits: number;
  /** `t` in a time zone: Z for UTC. */
  readonly isTraditional: boolean;
}

const DEFAULT_PRESENTATION: { readonly [component: string]: string } = {
  ...{ Y: '1', M: '1', D: '1', d: '1', F: 'n', W: '1', w: '1', X: '1', x: '1', H: '1', h: '1' },
  ...{ P: 'n', m: '01', s: '01', f: '1', Z: '01:01', z: '01:01', C: 'n', E: 'n' },
};
const INTEGER_COMPONENTS = 'YMDdFWwXxHhmsf';
/** Widest number that is written. Ours: no time has more digits. */
const WIDTH_MAX = 1_000;

export function parseDatePicture(picture: string): readonly DatePart[] {
  const parts: DatePart[] = [];
  let start = 0;
  let position = 0;
  const addLiteral = (end: number): void => {
    if (end > start) parts.push({ literal: picture.slice(start, end).replaceAll(']]', ']') });
  };
  while (position < picture.length) {
    if (picture.charAt(position) !== '[') {
      position++;
      continue;
    }
    addLiteral(position);
    if (picture.charAt(position + 1) === '[') {
      parts.push({ literal: '[' });
      position += 2;
    } else {
      const end = picture.indexOf(']', position);
      if (end === -1) throw new JsonataError('D3135');
      const marker = parseMarker(picture.slice(position + 1, end).replace(/\s+/g, ''));
      if (marker.integerFormat && INTEGER_COMPONENTS.includes(marker.component)) fixWidthOfPrevious(parts);
      parts.push(marker);
      position = end + 1;
    }
    start = position;
  }
  addLiteral(position);
  return parts;
}

/** Two numbers side by side can only be read back if the first has a definite width. */
function fixWidthOfPrevious(parts: DatePart[]): void {
  const previous = parts.at(-1);
  if (previous?.literal !== undefined || previous?.integerFormat?.kind !== 'decimal') return;
  const integerFormat = { ...previous.integerFormat, parseWidth: previous.integerFormat.mandatoryDigits };
  parts[parts.length - 1] = { ...previous, integerFormat };
}

function parseMarker(marker: string): DateMarker {
  const component = marker.charAt(0);
  const comma = marker.lastIndexOf(',');
  const [widthMin, widthMax] = comma === -1 ? [] : parseWidths(marker.slice(comma + 1));
  const given = marker.slice(1, comma === -1 ? undefined : comma);
  const hasModifier = given.length > 1 && 'atco'.includes(given.slice(-1));
  const modifier = hasModifier ? given.slice(-1) : '';
  const usual = Object.hasOwn(DEFAULT_PRESENTATION, component) ? DEFAULT_PRESENTATION[component] : undefined;
  const presentation = given === '' ? usual : given.slice(0, hasModifier ? -1 : undefined);
  if (usual === undefined || presentation === undefined) throw new JsonataError('D3132', { value: component });
  const common = { literal: undefined, component, widthMax, isTraditional: modifier === 't', yearDigits: -1 };
  if (presentation.startsWith('n')) return { ...common, names: 'lower', integerFormat: undefined };
  if (presentation.startsWith('N')) {
    return { ...common, names: presentation.charAt(1) === 'n' ? 'title' : 'upper', integerFormat: undefined };
  }
  if (component === 'Z' || component === 'z') {
    return { ...common, names: undefined, integerFormat: parseIntegerPicture(presentation) };
  }
  if (!INTEGER_COMPONENTS.includes(component)) return { ...common, names: undefined, integerFormat: undefined };
  const integerFormat = widen(
    parseIntegerPicture(modifier === '' ? presentation : `${presentation};${modifier}`),
    widthMin,
  );
  if (component !== 'Y' || integerFormat.kind !== 'decimal') return { ...common, names: undefined, integerFormat };
  return { ...common, names: undefined, ...limitYear(integerFormat, widthMax) };
}

function parseWidths(text: string): [number | undefined, number | undefined] {
  const dash = text.indexOf('-');
  const parse = (width: string): number | undefined => {
    if (width === '*') return undefined;
    const number = Number.parseInt(width, 10);
    if (number > WIDTH_MAX) throw new JsonataError('B0006', { message: `Width ${number} in date/time picture string` });
    return number;
  };
  return dash === -1 ? [parse(text), undefined] : [parse(text.slice(0, dash)), parse(text.slice(dash + 1))];
}

function widen(format: IntegerFormat, widthMin: number | undefined): IntegerFormat {
  if (format.kind !== 'decimal' || widthMin === undefined || !(format.mandatoryDigits < widthMin)) return format;
  return { ...format, mandatoryDigits: widthMin };
}

/** F&O 9.8.4.4: a year is cut to the digits its picture has, if that is more than one. */
function limitYear(
  integerFormat: DecimalFormat,
  widthMax: number | undefined,
): { integerFormat: DecimalFormat; yearDigits: number } {
  if (widthMax !== undefined) {
    return { integerFormat: { ...integerFormat, mandatoryDigits: widthMax }, yearDigits: widthMax };
  }
  const digits = integerFormat.mandatoryDigits + integerFormat.optionalDigits;
  return { integerFormat, yearDigits: digits >= 2 ? digits : -1 };
}
