// local/opensearch/mapping: numbers by a `format` such as #,##0.00: the patterns of Java's DecimalFormat, without exponents.
const PATTERN = /^([^#0.,;]*)([#,]*[0,]*)(?:\.(0*)(#*))?([^#0.,;]*)(?:;.*)?$/;

/** Writes numbers by the pattern; undefined where it is none that is known. */
export function decimalPattern(pattern: string): ((value: number) => string) | undefined {
  const found = PATTERN.exec(pattern);
  if (found === null || /[E'\u2030\u00a4]/.test(pattern)) return undefined;
  const [, prefix = '', whole = '', fixed = '', optional = '', suffix = ''] = found;
  const comma = whole.lastIndexOf(',');
  const grouping = comma < 0 ? 0 : whole.length - comma - 1;
  // `#.#` is `0.#`.
  const isWithoutZero = /#/.test(whole) && /\./.test(pattern) && !/0/.test(whole + fixed);
  const minimum = isWithoutZero ? 1 : whole.replaceAll(/[^0]/g, '').length;
  const factor = suffix.includes('%') || prefix.includes('%') ? 100 : 1;
  return (value) => {
    const rounded = halfEven(Math.abs(value * factor), fixed.length + optional.length);
    const [integer = '', fraction = ''] = rounded.split('.');
    const digits = (integer === '0' ? '' : integer).padStart(minimum, '0');
    const kept = fraction.replace(/0+$/, '').padEnd(fixed.length, '0');
    const grouped = grouping > 0 ? digits.replaceAll(new RegExp(`\\B(?=(?:\\d{${grouping}})+$)`, 'g'), ',') : digits;
    // without a pattern for the fraction zero still needs a digit
    const shown = grouped === '' && kept === '' ? '0' : grouped;
    const isNegative = value < 0 || Object.is(value, -0);
    return `${isNegative ? '-' : ''}${prefix}${shown}${kept === '' ? '' : `.${kept}`}${suffix}`;
  };
}

/** Decimal text with the digits after the point; halves, by the number's exact value, go to the even neighbour. */
function halfEven(value: number, digits: number): string {
  if (!(value < 1e21)) return String(value);
  const rounded = value.toFixed(digits);
  const exact = value.toFixed(Math.min(100, digits + 40));
  const end = exact.indexOf('.') + 1 + digits;
  if (!/^50*$/.test(exact.slice(end))) return rounded;
  const cut = exact.slice(0, digits === 0 ? end - 1 : end);
  return Number(cut.at(-1)) % 2 === 0 ? cut : rounded;
}
