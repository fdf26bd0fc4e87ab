import { ownField } from '../expression/own-field.ts';
import { placedLeaves, type StructShape } from '../ir/field-shape.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import { isRounded, wholeOfNumeral } from '../ir/whole-number.ts';
import { quoteLongNumbers } from '../text/quote-long-numbers.ts';
import type { InvalidEvent } from './invalid-event.ts';
import { parseJson } from './parse-json.ts';

/**
 * Puts back what `JSON.parse` rounded, in place: of the fields that a stream's schema says are numbers, those that came out
 * as whole numbers beyond 2^53. `text` is what the event was parsed from. Where it is null nothing can be put back: a double is
 * what it is, and a whole number beyond 2^53 is refused.
 *
 * - A `Type.Integer()` becomes the bigint of its digits, up to 64 bits.
 * - A `Type.Number()` stays a double. If its digits are those of another number than the double, it is refused: it is an
 *   identifier, say, that another one would be taken for. With a fraction or an exponent it is a measure, and is rounded.
 *
 * Returns how many fields it changed, or says what it refuses, unless `takeAsNull` takes the field, by its path on the wire, as null.
 */
export type RestoreNumbers = (
  event: object,
  text: string | null,
  takeAsNull?: (wirePath: readonly string[]) => boolean,
) => number | InvalidEvent;

export function compileRestoreNumbers(stream: StreamDefinition): RestoreNumbers {
  const fields = numberFields(stream.shape);
  return (event, text, takeAsNull = () => false) => {
    const rounded = fields.filter((field) => isRounded(valueAt(event, field)));
    if (rounded.length === 0) return 0;
    const numerals = text === null ? null : parseJson(quoteLongNumbers(text));
    let restored = 0;
    for (const field of rounded) {
      const double = valueAt(event, field) as number;
      if (numerals === null && !field.isWhole) continue;
      const numeral = numerals === null ? null : String(valueAt(numerals, field));
      const exact = numeral === null ? null : exactOf(numeral, double, field.isWhole);
      const isNull = exact === null && takeAsNull([...field.path, field.name]);
      if (exact === null && !isNull) return refusal(field, numeral ?? String(double), stream.name);
      if (exact === double) continue;
      (ownerOf(event, field) as Record<string, unknown>)[field.name] = exact;
      restored++;
    }
    return restored;
  };
}

interface NumberField {
  readonly path: readonly string[];
  readonly name: string;
  readonly isWhole: boolean;
}

function numberFields(shape: StructShape): NumberField[] {
  return placedLeaves(shape).flatMap(({ wirePath, leaf }) => {
    const { kind, integer } = leaf.type;
    const path = wirePath.slice(0, -1);
    return kind === 'number' && !leaf.asText
      ? [{ path, name: wirePath.at(-1) as string, isWhole: integer === true }]
      : [];
  });
}

function ownerOf(event: unknown, { path }: NumberField): unknown {
  return path.reduce(ownField, event);
}

function valueAt(event: unknown, field: NumberField): unknown {
  return ownField(ownerOf(event, field), field.name);
}

/** Whether `JSON.parse` made another number of a numeral than it is of, and it is no measure. */
export function isAnother(numeral: string, double: number): boolean {
  return exactOf(numeral, double, false) === null;
}

/** The value that a numeral is of; null where a field cannot hold it. */
function exactOf(numeral: string, double: number, isWhole: boolean): number | bigint | null {
  if (isWhole) return wholeOfNumeral(numeral);
  const isMeasure = !/^-?[0-9]+$/.test(numeral);
  return isMeasure || BigInt(numeral) === BigInt(double) || numeral === shortestDigits(double) ? double : null;
}

/** A double as JavaScript writes it, which is also how others write theirs: the shortest digits that stand for it. */
function shortestDigits(double: number): string {
  const [digits = '', exponent] = String(double).split('e+');
  if (exponent === undefined) return digits;
  const [whole = '', fraction = ''] = digits.split('.');
  return `${whole}${fraction.padEnd(Number(exponent), '0')}`;
}

function refusal({ path, name, isWhole }: NumberField, found: string, stream: string): InvalidEvent {
  const shown = found.length > 80 ? `${found.slice(0, 77)}…` : found;
  const help = isWhole
    ? 'it must be a whole number of at most 64 bits. Send it as text, and make the field Type.String().'
    : 'it would be rounded. Make the field Type.Integer(), which keeps 64 bits, or send it as text.';
  const message = `Field '${[...path, name].join('.')}' in stream '${stream}' is ${shown}: ${help}`;
  return { kind: 'invalid', reason: 'wrong_type', message };
}
