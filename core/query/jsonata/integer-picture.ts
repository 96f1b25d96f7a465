import { NUMBER_WORDS_PATTERN, numberToWords, wordsToNumber } from './english-numbers.ts';
import { STRING_CHARACTERS_MAX } from './evaluation.ts';
import { JsonataError } from './jsonata-error.ts';
import { fromLetters, fromRoman, toLetters, toRoman } from './numerals.ts';

/**
 * How an integer is written: XPath's fn:format-integer (F&O 3.1, section 4.6).
 * After datetime.js of jsonata 2.2.2, (c) Copyright IBM Corp. 2018, MIT License.
 */
export type IntegerFormat = NumeralFormat | DecimalFormat;

interface NumeralFormat {
  readonly kind: 'letters' | 'roman' | 'words' | 'sequence';
  readonly letterCase: 'upper' | 'lower' | 'title';
  readonly ordinal: boolean;
  /** The picture, for the error about one that is not supported. */
  readonly token: string;
}

export interface DecimalFormat {
  readonly kind: 'decimal';
  readonly ordinal: boolean;
  /** Code point of the digit zero. */
  readonly zeroCode: number;
  readonly mandatoryDigits: number;
  readonly optionalDigits: number;
  /** Every so many digits, if `regular`; else each at its position from the right. */
  readonly regular: boolean;
  readonly separators: readonly Separator[];
  /** Digits to read, where another number follows at once. */
  readonly parseWidth?: number;
}

interface Separator {
  readonly position: number;
  readonly character: string;
}

/** How a text is read back: a regular expression's source, and the value of what it matched. */
export interface IntegerReader {
  readonly pattern: string;
  parse(text: string): number;
}

const NUMERALS: { readonly [picture: string]: Pick<NumeralFormat, 'kind' | 'letterCase'> } = {
  A: { kind: 'letters', letterCase: 'upper' },
  a: { kind: 'letters', letterCase: 'lower' },
  I: { kind: 'roman', letterCase: 'upper' },
  i: { kind: 'roman', letterCase: 'lower' },
  W: { kind: 'words', letterCase: 'upper' },
  Ww: { kind: 'words', letterCase: 'title' },
  w: { kind: 'words', letterCase: 'lower' },
};

export function formatInteger(value: number, picture: string): string {
  return writeInteger(Math.floor(value), parseIntegerPicture(picture));
}

export function parseInteger(text: string, picture: string): number {
  return integerReader(parseIntegerPicture(picture)).parse(text);
}

export function parseIntegerPicture(picture: string): IntegerFormat {
  const semicolon = picture.lastIndexOf(';');
  const primary = semicolon === -1 ? picture : picture.slice(0, semicolon);
  const ordinal = semicolon !== -1 && picture.charAt(semicolon + 1) === 'o';
  const numeral = Object.hasOwn(NUMERALS, primary) ? NUMERALS[primary] : undefined;
  if (numeral) return { ...numeral, ordinal, token: primary };
  return parseDecimalPicture(primary, ordinal) ?? { kind: 'sequence', letterCase: 'lower', ordinal, token: primary };
}

/** Code points of the zeros of Unicode's decimal digits in the basic plane. */
const ZEROS = [
  ...[0x30, 0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0de6],
  ...[0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40],
  ...[0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10],
];

function parseDecimalPicture(picture: string, ordinal: boolean): DecimalFormat | undefined {
  let zeroCode: number | undefined;
  let mandatoryDigits = 0;
  let optionalDigits = 0;
  const separators: Separator[] = [];
  // From the right, as positions are counted.
  for (const character of Array.from(picture).reverse()) {
    const code = character.codePointAt(0) ?? 0;
    const zero = ZEROS.find((group) => code >= group && code <= group + 9);
    if (zero !== undefined) {
      if (zeroCode !== undefined && zeroCode !== zero) throw new JsonataError('D3131');
      zeroCode = zero;
      mandatoryDigits++;
    } else if (character === '#') optionalDigits++;
    else separators.push({ position: mandatoryDigits + optionalDigits, character });
  }
  if (zeroCode === undefined) return undefined;
  const interval = regularInterval(separators);
  return {
    kind: 'decimal',
    ordinal,
    zeroCode,
    mandatoryDigits,
    optionalDigits,
    regular: interval > 0,
    separators: interval > 0 ? [{ position: interval, character: separators[0]?.character ?? '' }] : separators,
  };
}

/** The distance between separators, if they are one character, evenly spaced; else 0. */
function regularInterval(separators: readonly Separator[]): number {
  const [first] = separators;
  if (!first || separators.some(({ character }) => character !== first.character)) return 0;
  return evenInterval(separators.map(({ position }) => position));
}

export function evenInterval(positions: readonly number[]): number {
  if (positions.length === 0) return 0;
  const interval = positions.reduce(greatestCommonDivisor);
  const present = new Set(positions);
  return positions.every((_, i) => present.has((i + 1) * interval)) ? interval : 0;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

export function writeInteger(value: number, format: IntegerFormat): string {
  return (value < 0 ? '-' : '') + writePositive(Math.abs(value), format);
}

function writePositive(value: number, format: IntegerFormat): string {
  switch (format.kind) {
    case 'decimal':
      return writeDecimal(value, format);
    case 'letters':
      return inCase(toLetters(value), format.letterCase);
    case 'roman':
      if (value / 1000 > STRING_CHARACTERS_MAX) throw new JsonataError('B0003', { value: STRING_CHARACTERS_MAX });
      return inCase(toRoman(value), format.letterCase);
    case 'words':
      return inCase(numberToWords(value, format.ordinal), format.letterCase);
    default:
      throw new JsonataError('D3130', { value: format.token });
  }
}

function inCase(text: string, letterCase: 'upper' | 'lower' | 'title'): string {
  if (letterCase === 'upper') return text.toUpperCase();
  return letterCase === 'lower' ? text.toLowerCase() : text;
}

function writeDecimal(value: number, format: DecimalFormat): string {
  const { zeroCode, regular, separators } = format;
  let text = String(value).padStart(format.mandatoryDigits, '0');
  if (zeroCode !== 0x30) {
    text = Array.from(text, (digit) => String.fromCodePoint((digit.codePointAt(0) ?? 0) + zeroCode - 0x30)).join('');
  }
  text = regular ? separateRegularly(text, separators[0]) : separateAt(text, separators);
  return format.ordinal ? text + ordinalSuffix(text) : text;
}

function separateRegularly(text: string, separator: Separator | undefined): string {
  if (!separator) return text;
  const { position: interval, character } = separator;
  const first = text.length % interval || interval;
  const groups = [text.slice(0, first)];
  for (let i = first; i < text.length; i += interval) groups.push(text.slice(i, i + interval));
  return groups.join(character);
}

function separateAt(text: string, separators: readonly Separator[]): string {
  return separators.toReversed().reduce((separated, { position, character }) => {
    const at = Math.max(0, separated.length - position);
    return separated.slice(0, at) + character + separated.slice(at);
  }, text);
}

function ordinalSuffix(text: string): string {
  const suffix = { '1': 'st', '2': 'nd', '3': 'rd' }[text.slice(-1)];
  return suffix === undefined || (text.length > 1 && text.at(-2) === '1') ? 'th' : suffix;
}

export function integerReader(format: IntegerFormat): IntegerReader {
  const isUpper = format.kind !== 'decimal' && format.letterCase === 'upper';
  switch (format.kind) {
    case 'decimal':
      return decimalReader(format);
    case 'letters':
      return { pattern: isUpper ? '[A-Z]+' : '[a-z]+', parse: fromLetters };
    case 'roman':
      return { pattern: isUpper ? '[MDCLXVI]+' : '[mdclxvi]+', parse: fromRoman };
    case 'words':
      return { pattern: NUMBER_WORDS_PATTERN, parse: (text) => wordsToNumber(text.toLowerCase()) };
    default:
      throw new JsonataError('D3130', { value: format.token });
  }
}

function decimalReader(format: DecimalFormat): IntegerReader {
  const { parseWidth, ordinal, regular, separators, zeroCode } = format;
  return {
    pattern: `[0-9]${parseWidth === undefined ? '+' : `{${parseWidth}}`}${ordinal ? '(?:th|st|nd|rd)' : ''}`,
    parse: (text) => {
      let digits = ordinal ? text.slice(0, -2) : text;
      for (const character of regular ? [','] : separators.map((separator) => separator.character)) {
        digits = digits.replaceAll(character, '');
      }
      if (zeroCode !== 0x30) {
        digits = Array.from(digits, (digit) => String.fromCharCode(digit.charCodeAt(0) - zeroCode + 0x30)).join('');
      }
      return Number.parseInt(digits, 10);
    },
  };
}
