/** 64 characters in order of their bytes. */
const DIGITS = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const BASE = DIGITS.length;

/** All texts of two digits, in their order. */
const PAIRS: readonly string[] = [...DIGITS].flatMap((first) => [...DIGITS].map((second) => first + second));
const PAIR_BASE = BASE * BASE;

/** A number as text of `pairs` times two characters, in the order of the numbers. */
export function sortableNumber(value: number, pairs: number): string {
  let text = '';
  let rest = value;
  for (let i = 0; i < pairs; i++) {
    text = PAIRS[rest % PAIR_BASE] + text;
    rest = Math.floor(rest / PAIR_BASE);
  }
  return text;
}

export function numberOfSortable(text: string): number {
  let value = 0;
  for (const digit of text) value = value * BASE + DIGITS.indexOf(digit);
  return value;
}
