/** Roman numerals and letters as numbers: for the `i` and `a` pictures of XPath. */
const ROMAN: readonly (readonly [number, string])[] = [
  [1000, 'm'],
  [900, 'cm'],
  [500, 'd'],
  [400, 'cd'],
  [100, 'c'],
  [90, 'xc'],
  [50, 'l'],
  [40, 'xl'],
  [10, 'x'],
  [9, 'ix'],
  [5, 'v'],
  [4, 'iv'],
  [1, 'i'],
];

/** In lower case; a thousand thousands are a thousand letters. */
export function toRoman(value: number): string {
  let rest = value;
  let roman = '';
  for (const [worth, numeral] of ROMAN) {
    const count = Math.floor(rest / worth);
    roman += numeral.repeat(count);
    rest -= count * worth;
  }
  return roman;
}

const ROMAN_VALUES: { readonly [digit: string]: number } = { M: 1000, D: 500, C: 100, L: 50, X: 10, V: 5, I: 1 };

export function fromRoman(roman: string): number {
  let total = 0;
  let largest = 1;
  for (const digit of roman.toUpperCase().split('').reverse()) {
    const value = ROMAN_VALUES[digit] ?? Number.NaN;
    if (value < largest) total -= value;
    else {
      largest = value;
      total += value;
    }
  }
  return total;
}

/** a … z, aa … in lower case. */
export function toLetters(value: number): string {
  let letters = '';
  for (let rest = value; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(((rest - 1) % 26) + 97) + letters;
  }
  return letters;
}

export function fromLetters(letters: string): number {
  let value = 0;
  for (const letter of letters.toLowerCase()) value = value * 26 + letter.charCodeAt(0) - 96;
  return value;
}
