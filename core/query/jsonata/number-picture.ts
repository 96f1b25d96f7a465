import { evenInterval } from './integer-picture.ts';
import { JsonataError } from './jsonata-error.ts';
import { round } from './round.ts';
import type { ObjectValue } from './value.ts';

/**
 * `$formatNumber`: XPath's fn:format-number (F&O 3.1, section 4.7).
 * After functions.js of jsonata 2.2.2, (c) Copyright IBM Corp. 2016, 2018, MIT License.
 */
export function formatNumber(value: number, picture: string, options: ObjectValue): string {
  const symbols = symbolsOf(options);
  const subPictures = picture.split(symbols.patternSeparator);
  if (subPictures.length > 2) throw new JsonataError('D3080');
  const parts = subPictures.map((subPicture) => splitParts(subPicture, symbols));
  for (const part of parts) validate(part, symbols);
  const [positive, negative] = parts.map((part) => analyse(part, symbols));
  if (!positive) return '';
  const format = value >= 0 ? positive : (negative ?? { ...positive, prefix: symbols.minusSign + positive.prefix });
  return write(value, format, symbols);
}

interface Symbols {
  readonly decimalSeparator: string;
  readonly groupingSeparator: string;
  readonly exponentSeparator: string;
  readonly minusSign: string;
  readonly percent: string;
  readonly perMille: string;
  readonly digit: string;
  readonly patternSeparator: string;
  /** The ten decimal digits, from zero. */
  readonly digits: readonly string[];
}

function symbolsOf(options: ObjectValue): Symbols {
  const symbol = (name: string, usual: string): string =>
    Object.hasOwn(options, name) ? String(options[name]) : usual;
  const zero = symbol('zero-digit', '0').charCodeAt(0);
  return {
    decimalSeparator: symbol('decimal-separator', '.'),
    groupingSeparator: symbol('grouping-separator', ','),
    exponentSeparator: symbol('exponent-separator', 'e'),
    minusSign: symbol('minus-sign', '-'),
    percent: symbol('percent', '%'),
    perMille: symbol('per-mille', '\u2030'),
    digit: symbol('digit', '#'),
    patternSeparator: symbol('pattern-separator', ';'),
    digits: Array.from({ length: 10 }, (_, i) => String.fromCharCode(zero + i)),
  };
}

interface Parts {
  readonly subPicture: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly active: string;
  readonly mantissa: string;
  readonly exponent: string | undefined;
  readonly integer: string;
  readonly fraction: string;
}

function splitParts(subPicture: string, symbols: Symbols): Parts {
  const isInner = (character: string): boolean =>
    isActive(character, symbols) && character !== symbols.exponentSeparator;
  const units = subPicture.split('');
  const start = Math.max(0, units.findIndex(isInner));
  const end = units.findLastIndex(isInner) + 1;
  const suffix = end === 0 ? '' : subPicture.slice(end);
  const active = subPicture.slice(start, subPicture.length - suffix.length);
  const exponentAt = subPicture.indexOf(symbols.exponentSeparator, start);
  const hasExponent = exponentAt !== -1 && exponentAt <= subPicture.length - suffix.length;
  const mantissa = hasExponent ? active.slice(0, exponentAt) : active;
  const point = mantissa.indexOf(symbols.decimalSeparator);
  return {
    subPicture,
    prefix: subPicture.slice(0, start),
    suffix,
    active,
    mantissa,
    exponent: hasExponent ? active.slice(exponentAt + 1) : undefined,
    integer: point === -1 ? mantissa : mantissa.slice(0, point),
    fraction: point === -1 ? suffix : mantissa.slice(point + 1),
  };
}

function isActive(character: string, symbols: Symbols): boolean {
  const { decimalSeparator, exponentSeparator, groupingSeparator, digit, patternSeparator, digits } = symbols;
  return (
    digits.includes(character) ||
    [decimalSeparator, exponentSeparator, groupingSeparator, digit, patternSeparator].includes(character)
  );
}

function countOf(text: string, accepts: (character: string) => boolean): number {
  return text.split('').filter(accepts).length;
}

/** F&O 4.7.3. Where several rules are broken, the last is named. */
function validate(parts: Parts, symbols: Symbols): void {
  const { subPicture, mantissa, integer, fraction, exponent } = parts;
  const { decimalSeparator, groupingSeparator, percent, perMille, digit } = symbols;
  const repeats = (symbol: string): boolean => subPicture.indexOf(symbol) !== subPicture.lastIndexOf(symbol);
  const isDigit = (character: string): boolean => symbols.digits.includes(character);
  const point = subPicture.indexOf(decimalSeparator);
  const besidePoint = [subPicture.charAt(point - 1), subPicture.charAt(point + 1)];
  const scaled = subPicture.includes(percent) || subPicture.includes(perMille);
  const firstOptional = integer.indexOf(digit);
  const lastOptional = fraction.lastIndexOf(digit);
  const rules: readonly (readonly [string, boolean])[] = [
    ['D3081', repeats(decimalSeparator)],
    ['D3082', repeats(percent)],
    ['D3083', repeats(perMille)],
    ['D3084', subPicture.includes(percent) && subPicture.includes(perMille)],
    ['D3085', countOf(mantissa, (character) => isDigit(character) || character === digit) === 0],
    ['D3086', countOf(parts.active, (character) => !isActive(character, symbols)) > 0],
    ['D3087', point !== -1 && besidePoint.includes(groupingSeparator)],
    ['D3088', point === -1 && integer.slice(-1) === groupingSeparator],
    ['D3089', subPicture.includes(groupingSeparator + groupingSeparator)],
    ['D3090', firstOptional !== -1 && countOf(integer.slice(0, firstOptional), isDigit) > 0],
    ['D3091', lastOptional !== -1 && countOf(fraction.slice(lastOptional), isDigit) > 0],
    ['D3092', exponent !== undefined && exponent.length > 0 && scaled],
    ['D3093', exponent !== undefined && (exponent.length === 0 || countOf(exponent, isDigit) < exponent.length)],
  ];
  const broken = rules.findLast(([, isBroken]) => isBroken);
  if (broken) throw new JsonataError(broken[0]);
}

interface NumberFormat {
  readonly subPicture: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly groupingPositions: readonly number[];
  /** Digits between separators, or 0 if they are not evenly spaced. */
  readonly groupingInterval: number;
  readonly fractionGroupingPositions: readonly number[];
  readonly integerDigitsMin: number;
  readonly scalingFactor: number;
  readonly fractionDigitsMin: number;
  readonly fractionDigitsMax: number;
  readonly exponentDigitsMin: number;
}

/** F&O 4.7.4. */
function analyse(parts: Parts, symbols: Symbols): NumberFormat {
  const { integer, fraction, exponent } = parts;
  const isDigit = (character: string): boolean => symbols.digits.includes(character);
  const isAnyDigit = (character: string): boolean => isDigit(character) || character === symbols.digit;
  const separators = (text: string, countedIn: (at: number) => string): number[] => {
    const positions: number[] = [];
    let at = text.indexOf(symbols.groupingSeparator);
    while (at !== -1) {
      positions.push(countOf(countedIn(at), isAnyDigit));
      // In the integer part, for a fraction too: what jsonata does.
      at = integer.indexOf(symbols.groupingSeparator, at + 1);
    }
    return positions;
  };
  const groupingPositions = separators(integer, (at) => integer.slice(at));
  const scalingFactor = countOf(integer, isDigit);
  let integerDigitsMin = scalingFactor;
  let fractionDigitsMin = countOf(fraction, isDigit);
  let fractionDigitsMax = countOf(fraction, isAnyDigit);
  if (integerDigitsMin === 0 && fractionDigitsMax === 0) {
    if (exponent === undefined) integerDigitsMin = 1;
    else {
      fractionDigitsMin = 1;
      fractionDigitsMax = 1;
    }
  }
  if (exponent !== undefined && integerDigitsMin === 0 && integer.includes(symbols.digit)) integerDigitsMin = 1;
  if (integerDigitsMin === 0 && fractionDigitsMin === 0) fractionDigitsMin = 1;
  return {
    subPicture: parts.subPicture,
    prefix: parts.prefix,
    suffix: parts.suffix,
    groupingPositions,
    groupingInterval: evenInterval(groupingPositions),
    fractionGroupingPositions: separators(fraction, (at) => fraction.slice(0, at)),
    integerDigitsMin,
    scalingFactor,
    fractionDigitsMin,
    fractionDigitsMax,
    exponentDigitsMin: countOf(exponent ?? '', isDigit),
  };
}

/** F&O 4.7.5; the numbers are those of its bullets. */
function write(value: number, format: NumberFormat, symbols: Symbols): string {
  const { subPicture, exponentDigitsMin } = format;
  const scale = subPicture.includes(symbols.percent) ? 100 : subPicture.includes(symbols.perMille) ? 1000 : 1; // 3
  const { mantissa, exponent } =
    exponentDigitsMin === 0 ? { mantissa: value * scale } : normalise(value * scale, format);
  const digits = writeDigits(round(mantissa, format.fractionDigitsMax), format.fractionDigitsMax, symbols); // 6, 7
  const [whole = '', part = ''] = digits.split('.');
  const zero = symbols.digits[0] ?? '0';
  const integer = stripStart(whole, zero).padStart(format.integerDigitsMin, zero); // 8
  const fraction = stripEnd(part, zero).padEnd(format.fractionDigitsMin, zero); // 9
  let text = `${groupInteger(integer, format, symbols)}${symbols.decimalSeparator}${fraction}`; // 10
  for (const position of format.fractionGroupingPositions) {
    const at = position + text.indexOf(symbols.decimalSeparator) + 1;
    text = text.slice(0, at) + symbols.groupingSeparator + text.slice(at); // 11
  }
  if (!subPicture.includes(symbols.decimalSeparator) || text.endsWith(symbols.decimalSeparator))
    text = text.slice(0, -1); // 12
  if (exponent !== undefined) {
    const power = writeDigits(exponent, 0, symbols).padStart(exponentDigitsMin, zero); // 13
    text += symbols.exponentSeparator + (exponent < 0 ? symbols.minusSign : '') + power;
  }
  return format.prefix + text + format.suffix; // 14
}

/** 5: mantissa · 10^exponent, with as many integer digits as the picture has. */
function normalise(value: number, { scalingFactor }: NumberFormat): { mantissa: number; exponent: number } {
  let mantissa = value;
  let exponent = 0;
  if (!Number.isFinite(mantissa)) throw new JsonataError('D1001', { value });
  if (mantissa === 0) return { mantissa, exponent };
  for (; Math.abs(mantissa) < 10 ** (scalingFactor - 1); exponent--) mantissa *= 10;
  for (; Math.abs(mantissa) > 10 ** scalingFactor; exponent++) mantissa /= 10;
  return { mantissa, exponent };
}

/** The most decimal places a JavaScript number is written with. */
const DECIMAL_PLACES_MAX = 100;

function writeDigits(value: number, places: number, symbols: Symbols): string {
  if (places > DECIMAL_PLACES_MAX) throw new JsonataError('D1001', { value: places });
  const text = Math.abs(value).toFixed(places);
  return text.replace(/\d/g, (digit) => symbols.digits[Number(digit)] ?? digit);
}

function stripStart(text: string, zero: string): string {
  let start = 0;
  while (start < text.length && text.charAt(start) === zero) start++;
  return text.slice(start);
}

function stripEnd(text: string, zero: string): string {
  let end = text.length;
  while (end > 0 && text.charAt(end - 1) === zero) end--;
  return text.slice(0, end);
}

function groupInteger(integer: string, format: NumberFormat, symbols: Symbols): string {
  const { groupingInterval, groupingPositions } = format;
  const groups = Math.floor((integer.length - 1) / groupingInterval);
  const positions =
    groupingInterval > 0 ? Array.from({ length: groups }, (_, i) => (i + 1) * groupingInterval) : groupingPositions;
  const cuts = new Set(positions);
  let text = '';
  for (let i = 0; i < integer.length; i++) {
    if (cuts.has(integer.length - i)) text += symbols.groupingSeparator;
    text += integer.charAt(i);
  }
  return text;
}
