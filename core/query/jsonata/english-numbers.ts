/**
 * Numbers in English words, and back: for the `w` pictures of XPath.
 * After datetime.js of jsonata 2.2.2, (c) Copyright IBM Corp. 2018, MIT License.
 */
const FEW = [
  ...['Zero', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten', 'Eleven', 'Twelve'],
  ...['Thirteen', 'Fourteen', 'Fifteen', 'Sixteen', 'Seventeen', 'Eighteen', 'Nineteen'],
];
const ORDINALS = [
  ...['Zeroth', 'First', 'Second', 'Third', 'Fourth', 'Fifth', 'Sixth', 'Seventh', 'Eighth', 'Ninth', 'Tenth'],
  ...['Eleventh', 'Twelfth', 'Thirteenth', 'Fourteenth', 'Fifteenth', 'Sixteenth', 'Seventeenth', 'Eighteenth'],
  'Nineteenth',
];
const DECADES = ['Twenty', 'Thirty', 'Forty', 'Fifty', 'Sixty', 'Seventy', 'Eighty', 'Ninety', 'Hundred'];
const MAGNITUDES = ['Thousand', 'Million', 'Billion', 'Trillion'];

/** `One Hundred and Twenty-Three`, or `... and Twenty-Third`, of an integer that is not negative. */
export function numberToWords(value: number, ordinal: boolean, follows = false): string {
  if (value <= 19) return (follows ? ' and ' : '') + ((ordinal ? ORDINALS : FEW)[value] ?? '');
  if (value < 100) {
    const decade = DECADES[Math.floor(value / 10) - 2] ?? '';
    const words = (follows ? ' and ' : '') + decade;
    if (value % 10 > 0) return `${words}-${numberToWords(value % 10, ordinal)}`;
    return ordinal ? `${words.slice(0, -1)}ieth` : words;
  }
  const magnitude = value < 1000 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), MAGNITUDES.length);
  const factor = magnitude === 0 ? 100 : 10 ** (magnitude * 3);
  const count = Math.floor(value / factor);
  const name = magnitude === 0 ? 'Hundred' : MAGNITUDES[magnitude - 1];
  const words = `${follows ? ', ' : ''}${numberToWords(count, false)} ${name}`;
  const rest = value - count * factor;
  if (rest > 0) return words + numberToWords(rest, ordinal, true);
  return ordinal ? `${words}th` : words;
}

const WORD_VALUES: ReadonlyMap<string, number> = new Map([
  ...[...FEW, ...ORDINALS].map((word, i): [string, number] => [word.toLowerCase(), i % FEW.length]),
  ...DECADES.flatMap((word, i): [string, number][] => {
    const decade = word.toLowerCase();
    return [
      [decade, (i + 2) * 10],
      [`${decade.slice(0, -1)}ieth`, (i + 2) * 10],
    ];
  }),
  ['hundredth', 100],
  ...MAGNITUDES.flatMap((word, i): [string, number][] => {
    const magnitude = word.toLowerCase();
    return [
      [magnitude, 10 ** ((i + 1) * 3)],
      [`${magnitude}th`, 10 ** ((i + 1) * 3)],
    ];
  }),
]);

/** Source of a regular expression for a number in words, in lower case. */
export const NUMBER_WORDS_PATTERN: string = `(?:${[...WORD_VALUES.keys(), 'and', '[\\-, ]'].join('|')})+`;

/** NaN where a word is none of a number's. */
export function wordsToNumber(text: string): number {
  let segments = [0];
  for (const word of text.split(/,\s|\sand\s|[\s\\-]/)) {
    const value = WORD_VALUES.get(word) ?? Number.NaN;
    const top = segments.at(-1) ?? 0;
    const below = segments.slice(0, -1);
    if (!(value < 100)) segments = [...below, top * value];
    else segments = top >= 1000 ? [...below, top, value] : [...below, top + value];
  }
  return segments.reduce((sum, segment) => sum + segment, 0);
}
