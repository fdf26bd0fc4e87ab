import { formatOf } from '../formats/registry.ts';
import { type FieldShape, type LeafShape, wireNameOf } from '../ir/field-shape.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import type { TextFormatDefinition } from '../ir/stream-format.ts';
import { NUMERAL_PATTERN } from '../text/numeral.ts';
import { identifier, indent, textLiteral } from './text.ts';

/**
 * The events in files of a text format as a DuckDB table expression. Its columns have the types that they have in JSON on the wire:
 * what `engine/decode/typed-fields.ts` makes of texts, this says in SQL. A text that is no value of the field's kind is null.
 */
export function textSource(
  { shape, name }: StreamDefinition,
  format: TextFormatDefinition,
  files: readonly string[],
): string {
  const fields = [...shape.fields].filter((field): field is [string, LeafShape] => isLeaf(field[1]));
  const names = fields.map(([field, leaf]) => wireNameOf(field, leaf));
  const rows = formatOf(format).duckdb(format, names, { files, text: textLiteral, name: identifier });
  const columns = fields.map(([, leaf], index) => {
    const column = identifier(names[index] as string);
    return `${typed(column, leaf)} AS ${column}`;
  });
  return `(\n  SELECT\n    ${columns.join(',\n    ')}\n  FROM ${indent(rows)} AS ${identifier(`${name}_rows`)}\n)`;
}

function isLeaf(field: FieldShape): field is LeafShape {
  return field.shape === 'leaf';
}

function typed(text: string, { type, timestamp, asText }: LeafShape): string {
  const present = type.nullable || type.kind !== 'string' ? `NULLIF(${text}, '')` : text;
  if (asText) return `to_json(${present})`;
  if (timestamp?.startsWith('epoch-')) return double(text);
  if (type.kind === 'number') return type.integer ? whole(text) : double(text);
  if (type.kind === 'boolean') return `CASE lower(${text}) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END`;
  return type.kind === 'json' || timestamp === 'any' || timestamp === 'auto' ? `to_json(${present})` : present;
}

const NUMERAL = textLiteral(NUMERAL_PATTERN);

function double(text: string): string {
  return `CASE WHEN regexp_full_match(${text}, ${NUMERAL}) THEN TRY_CAST(${text} AS DOUBLE) END`;
}

/** Digits stay exact; what has an exponent is whole if its double is. */
function whole(text: string): string {
  return [
    'CASE',
    `WHEN regexp_full_match(${text}, '[+-]?[0-9]+[.]?0*')`,
    `THEN TRY_CAST(regexp_extract(${text}, '^[+-]?[0-9]+') AS BIGINT)`,
    `WHEN regexp_full_match(${text}, ${NUMERAL}) AND TRY_CAST(${text} AS DOUBLE) = floor(TRY_CAST(${text} AS DOUBLE))`,
    `THEN TRY_CAST(TRY_CAST(${text} AS DOUBLE) AS BIGINT)`,
    'END',
  ].join(' ');
}
