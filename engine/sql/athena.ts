import type { Dialect } from './dialect.ts';
import { numeralToDouble } from './numerals.ts';
import { indent, select, textLiteral } from './text.ts';
import { numberToMs, textToMs } from './times.ts';

const EPOCH = "TIMESTAMP '1970-01-01 00:00:00.000'";

/**
 * Athena, engine version 3: Trino.
 *
 * JSON is made of maps, whose names stay in every version; a row's do not.
 */
export const athena: Dialect = {
  name: 'Athena',
  finite: (double) => `NULLIF(NULLIF(${double}, infinity()), -infinity())`,
  matches: (text, pattern) => `regexp_like(${text}, ${textLiteral(`\\A(?:${pattern})\\z`)})`,
  extract: (text, pattern, group) => `regexp_extract(${text}, ${textLiteral(pattern)}, ${group})`,
  dateToMs: (text) => `date_diff('millisecond', ${EPOCH}, TRY_CAST(${text} AS TIMESTAMP))`,
  // In the table such a value is text, a number too.
  jsonToMs: (json, format) =>
    format === 'auto'
      ? textToMs(json, format, athena)
      : `COALESCE(${textToMs(json, format, athena)}, ${numberToMs(`TRY_CAST(${json} AS DOUBLE)`, format)})`,
  // In the table it is text: that of the number, the text, or that of the object.
  jsonToNumber: (json) => numeralToDouble(`COALESCE(json_extract_scalar(${json}, '$["N"]'), ${json})`, athena),
  msToIso: (ms) => `format_datetime(date_add('millisecond', ${ms}, ${EPOCH}), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z''')`,
  jsonPart(fields) {
    const names = Object.keys(fields).map(textLiteral);
    const values = Object.values(fields).map((sql) => `CAST(${sql} AS JSON)`);
    return `MAP(ARRAY[${names.join(', ')}], ARRAY[${values.join(', ')}])`;
  },
  jsonObjects: (objects) => `json_format(CAST(ARRAY[\n  ${objects.map(athena.jsonPart).join(',\n  ')}\n] AS JSON))`,
  jsonObject: (fields) => `json_format(CAST(${athena.jsonPart(fields)} AS JSON))`,
  // A place that is 0 would be an error.
  lookup: (key, keys, values) => `element_at(ARRAY[${values}], NULLIF(array_position(ARRAY[${keys}], ${key}), 0))`,
  startOf: (text, length) => `substr(${text}, 1, ${length})`,
  // No series, which Trino refuses to make backwards, is no row.
  expand: (from, column, { first, last, step }) => {
    const series = `sequence(\n  ${indent(first)},\n  ${indent(last)},\n  ${step}\n)`;
    const guarded = `CASE WHEN ${first} <= ${last} THEN ${series} END`;
    return select({
      columns: ['*'],
      from: `${from}\nCROSS JOIN UNNEST(\n  ${indent(guarded)}\n) AS series (${column})`,
    });
  },
};
