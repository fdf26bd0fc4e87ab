import { isDecimal } from '../ir/decimal.ts';
import type { Scale } from '../ir/node.ts';
import { numberOfText } from '../text/numeral.ts';

/** The number that a `Numeric()` is on the wire: a number, text, or text as DynamoDB's streams wrap it. Null where it is none. */
export function readNumeric(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null;
  if (typeof value === 'string') return numberOfText(value);
  // A whole number beyond 2^53, where another event type of a union has it as one.
  if (typeof value === 'bigint') return Number(value);
  const wrapped = typeof value === 'object' && value !== null ? (value as { readonly N?: unknown }).N : undefined;
  return typeof wrapped === 'string' ? numberOfText(wrapped) : null;
}

/** The same of a number of a scale; null also where it has more digits. */
export function readDecimal(value: unknown, scale: Scale): number | null {
  const number = readNumeric(value);
  if (scale === 'any') return number;
  return number !== null && isDecimal(number, scale) ? number : null;
}
