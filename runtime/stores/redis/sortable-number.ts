/** 64 characters in order of their bytes. */
const DIGITS = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const BASE = DIGITS.length;

/** A number as text of `width` characters, in the order of the numbers. */
export function sortableNumber(value: number, width: number): string {
  let text = '';
  let rest = value;
  for (let i = 0; i < width; i++) {
    text = DIGITS.charAt(rest % BASE) + text;
    rest = Math.floor(rest / BASE);
  }
  return text;
}

export function numberOfSortable(text: string): number {
  let value = 0;
  for (const digit of text) value = value * BASE + DIGITS.indexOf(digit);
  return value;
}
