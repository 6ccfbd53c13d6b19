/** Most numbers: whole, without zeros at either end, and short enough that none of the limits can be met. */
const SIMPLE_INTEGER = /^-?[1-9](?:\d{0,36}[1-9])?$/;
const ZERO = 0x30;
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Whether a text is a decimal number as DynamoDB writes and takes it, whatever its size. */
export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}

/** A number by its value: `1.50`, `15e-1` and `+01.5` are all `15e-1`. */
export function canonicalNumber(number: string): string {
  if (SIMPLE_INTEGER.test(number)) return `${number}e0`;
  const { negative, digits, exponent } = decimal(number);
  return digits === '' ? '0' : `${negative ? '-' : ''}${digits}e${exponent}`;
}

/** A decimal number taken apart: ± digits × 10^exponent, the digits without zeros at either end (none for zero). */
export function decimal(number: string): { negative: boolean; digits: string; exponent: number } {
  const negative = number.startsWith('-');
  const signed = negative || number.startsWith('+') ? 1 : 0;
  const e = number.search(/[eE]/);
  const end = e < 0 ? number.length : e;
  const point = number.indexOf('.');
  const written = point < 0 ? number.slice(signed, end) : number.slice(signed, point) + number.slice(point + 1, end);
  const decimals = point < 0 ? 0 : end - point - 1;
  let first = 0;
  while (written.charCodeAt(first) === ZERO) first += 1;
  let last = written.length;
  while (last > first && written.charCodeAt(last - 1) === ZERO) last -= 1;
  return {
    negative,
    digits: written.slice(first, last),
    exponent: (e < 0 ? 0 : Number(number.slice(e + 1))) - decimals + (written.length - last),
  };
}

/** Compares two numbers by value, with all their digits: below 0 if the first is less, 0 if they are equal, else above 0. */
export function compareNumbers(one: string, other: string): number {
  const [a, b] = [decimal(one), decimal(other)];
  const sign = signOf(a);
  const bySign = sign - signOf(b);
  if (bySign !== 0 || sign === 0) return bySign;
  const bySize = a.exponent + a.digits.length - (b.exponent + b.digits.length);
  if (bySize !== 0) return sign * bySize;
  if (a.digits === b.digits) return 0;
  return a.digits < b.digits ? -sign : sign;
}

function signOf({ negative, digits }: { readonly negative: boolean; readonly digits: string }): number {
  if (digits === '') return 0;
  return negative ? -1 : 1;
}

/**
 * The bytes that DynamoDB counts for a number: one for every two digits, in pairs from the point, one more, and one for a minus.
 * Zero takes one.
 */
export function numberSize(number: string): number {
  const { negative, digits, exponent } = decimal(number);
  if (digits === '') return 1;
  const firstIsAlone = (exponent + digits.length - 1) % 2 === 0;
  return Math.ceil((digits.length + (firstIsAlone ? 1 : 0)) / 2) + 1 + (negative ? 1 : 0);
}
