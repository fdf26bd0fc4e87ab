/** Digits of a radix sort, in bits: three of them are the 32 bits that numbers may lie apart. */
const DIGIT_BITS = 11;
const DIGITS = 2 ** DIGIT_BITS;

/** Indexes of numbers in the order of the numbers; equal ones stay as they are. */
export function numberOrder(numbers: Float64Array): Uint32Array {
  const { length } = numbers;
  let [least, greatest, isWhole] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true];
  for (let i = 0; i < length; i++) {
    const number = numbers[i] as number;
    if (number < least) least = number;
    if (number > greatest) greatest = number;
    if (!Number.isSafeInteger(number)) isWhole = false;
  }
  const isNarrow = isWhole && greatest - least < 2 ** 32;
  let order = Uint32Array.from(numbers.keys());
  if (!isNarrow) return order.sort((a, b) => (numbers[a] as number) - (numbers[b] as number) || a - b);
  const keys = new Uint32Array(length);
  for (let i = 0; i < length; i++) keys[i] = (numbers[i] as number) - least;
  let into = new Uint32Array(length);
  for (let shift = 0; shift < 32 && (greatest - least) / 2 ** shift >= 1; shift += DIGIT_BITS) {
    sortByDigit(keys, shift, order, into);
    [order, into] = [into, order];
  }
  return order;
}

/** Puts indexes in the order of one digit of their keys; those of one digit stay as they are. */
function sortByDigit(keys: Uint32Array, shift: number, order: Uint32Array, into: Uint32Array): void {
  const places = new Uint32Array(DIGITS + 1);
  for (let i = 0; i < keys.length; i++) {
    const above = digitOf(keys[i] as number, shift) + 1;
    places[above] = (places[above] as number) + 1;
  }
  for (let digit = 1; digit < DIGITS; digit++)
    places[digit] = (places[digit] as number) + (places[digit - 1] as number);
  for (let i = 0; i < order.length; i++) {
    const index = order[i] as number;
    const digit = digitOf(keys[index] as number, shift);
    const place = places[digit] as number;
    into[place] = index;
    places[digit] = place + 1;
  }
}

function digitOf(key: number, shift: number): number {
  return (key >>> shift) & (DIGITS - 1);
}
