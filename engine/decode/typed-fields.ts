import type { Fields } from '../formats/format.ts';
import { type LeafShape, type StructShape, wireNameOf } from '../ir/field-shape.ts';
import { type Whole, wholeOfNumeral } from '../ir/whole-number.ts';
import { numberOfText } from '../text/numeral.ts';

/** Makes of texts what a schema says that they are, in place. A text that is no such value stays, and the validator says so. */
export type TypeFields = (fields: Fields) => Record<string, unknown>;

/**
 * Of a format whose fields are texts. `engine/sql/text-source.ts` says the same in SQL.
 *
 * - An empty text is null where the field may be missing, or is to be no text.
 * - A number is what `numberOfText` takes, and a `Numeric()` reads it as such; a `Type.Integer()` is exact up to 64 bits.
 * - `true` and `false` are booleans, in any case.
 * - A timestamp in epochs is a number; any other stays text, which its format reads.
 */
export function compileTypedFields({ fields }: StructShape): TypeFields {
  const readers = [...fields].flatMap(([name, field]) => {
    if (field.shape === 'struct') return [];
    const read = readerOf(field);
    const emptyIsNull = field.type.nullable || field.type.kind !== 'string';
    return read === null && !emptyIsNull ? [] : [{ name: wireNameOf(name, field), read, emptyIsNull }];
  });
  return (event) => {
    const typed = event as Record<string, unknown>;
    for (const { name, read, emptyIsNull } of readers) {
      const text = event[name];
      if (typeof text !== 'string') continue;
      if (text === '' && emptyIsNull) typed[name] = null;
      else if (read !== null) typed[name] = read(text) ?? text;
    }
    return typed;
  };
}

/** Null where the text stays as it is. */
function readerOf({ type, timestamp, asText }: LeafShape): ((text: string) => Whole | boolean | null) | null {
  if (asText) return null;
  if (timestamp?.startsWith('epoch-')) return numberOfText;
  if (type.kind === 'boolean') return booleanOfText;
  if (type.kind !== 'number') return null;
  return type.integer ? wholeOfText : doubleOfText;
}

function booleanOfText(text: string): boolean | null {
  if (text === 'true') return true;
  if (text === 'false') return false;
  const lower = text.length <= 'false'.length ? text.toLowerCase() : '';
  return lower === 'true' ? true : lower === 'false' ? false : null;
}

function wholeOfText(text: string): Whole | null {
  const double = numberOfText(text);
  if (double === null || Number.isSafeInteger(double)) return double;
  return wholeOfNumeral(text.replace(/^\+/, '').replace(/\.(?![0-9])/, ''));
}

/** A whole number that a double cannot hold is an identifier, say, that another one would be taken for: it stays text. */
function doubleOfText(text: string): number | null {
  const double = numberOfText(text);
  if (double === null || Number.isSafeInteger(double) || !Number.isInteger(double)) return double;
  return !/^[+-]?[0-9]+$/.test(text) || BigInt(text.replace(/^\+/, '')) === BigInt(double) ? double : null;
}
