import type { Value, ValueType } from '../ir/node.ts';
import { wholeOfNumeral } from '../ir/whole-number.ts';
import { parseInstant } from '../time/instant.ts';
import { BadQueryError } from './errors.ts';

/**
 * The value of a group's field that somebody has written: a text, a number, `true` or `false`, a time.
 *
 * @throws BadQueryError where it is no value of the field's kind.
 */
export function parseGroupValue(name: string, text: string, { kind, integer }: ValueType): Value {
  if (kind === 'string') return text;
  const whole = integer ? wholeOfNumeral(text.trim()) : null;
  if (whole !== null) return whole;
  if (kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  // −0 and 0 are one group, and its text has 0.
  const number =
    kind === 'instant' ? parseInstant(text) : kind === 'number' && text.trim() !== '' ? Number(text) + 0 : Number.NaN;
  if (Number.isFinite(number)) return number;
  const expected = {
    boolean: 'true or false',
    instant: 'an ISO-8601 time',
    number: 'a number',
    json: 'a simple value',
  };
  throw new BadQueryError(`${name} is '${text}', and must be ${expected[kind]}.`);
}
