/**
 * Half to even. Shifts the point in the number's text, as multiplying would bring in errors of its own.
 */
export function round(value: number, precision: number): number {
  const shifted = precision === 0 ? value : shiftPoint(value, precision);
  let rounded = Math.round(shifted);
  if (Math.abs(rounded - shifted) === 0.5 && Math.abs(rounded % 2) === 1) rounded--;
  if (precision !== 0) rounded = shiftPoint(rounded, -precision);
  return rounded === 0 ? 0 : rounded;
}

function shiftPoint(value: number, places: number): number {
  const [digits = '', exponent = '0'] = value.toString().split('e');
  return Number(`${digits}e${Number(exponent) + places}`);
}
