import { ownField } from '../expression/own-field.ts';
import { wirePathOf } from '../ir/field-shape.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import { isRounded, wholeOfNumeral } from '../ir/whole-number.ts';
import { quoteLongNumbers } from '../text/quote-long-numbers.ts';
import { parseJson } from './parse-json.ts';

/**
 * An event's partition key, as text; null if the event lacks it and so does not fit the schema. Events of one key stay
 * in order. `text` is what the event was parsed from: a number beyond 2^53 is the digits that stand there.
 *
 * @example partitionKeyOf(stream, { user: { id: 7 } }, '{"user":{"id":7}}') // '7'
 */
export function partitionKeyOf(
  stream: Pick<StreamDefinition, 'partitionKey'> & Partial<Pick<StreamDefinition, 'shape'>>,
  event: unknown,
  text: string,
): string | null {
  const path = pathOf(stream);
  const value = path.reduce(ownField, event);
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'number') return null;
  if (!isRounded(value)) return String(value);
  const numeral = path.reduce(ownField, parseJson(quoteLongNumbers(text)));
  return String(wholeOfNumeral(String(numeral)) ?? value);
}

const paths = new WeakMap<object, readonly string[]>();

/** Of the key in events, found once for each stream. */
function pathOf(
  stream: Pick<StreamDefinition, 'partitionKey'> & Partial<Pick<StreamDefinition, 'shape'>>,
): readonly string[] {
  const known = paths.get(stream);
  if (known !== undefined) return known;
  const { partitionKey, shape } = stream;
  const path = (shape && wirePathOf(shape, partitionKey)) ?? partitionKey.split('.');
  paths.set(stream, path);
  return path;
}
