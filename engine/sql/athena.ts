import type { Dialect } from './dialect.ts';
import { ISO_PATTERN } from './iso-pattern.ts';
import { floorMs, indent, select, textLiteral } from './text.ts';

const EPOCH = "TIMESTAMP '1970-01-01 00:00:00.000'";

/** A zone at the end of ISO text, behind its 16 characters of date, hours and minutes: sign, hours, minutes. */
const ZONE_PATTERN = '\\A.{16}[^+-]*([+-])([0-9][0-9]):?([0-9][0-9])?\\z';

/** Of ISO text the seconds and at most three digits of a fraction: a cast would round what is finer. */
const TIME_PATTERN = '\\A.{11}([0-9:]{5}(?::[0-9][0-9](?:[.,][0-9]{1,3})?)?)';

/**
 * Athena, engine version 3: Trino.
 *
 * ISO text is read as local time and its zone subtracted, for Trino knows only zones up to 14 hours. JSON is made of maps,
 * whose names stay in every version; a row's do not.
 */
export const athena: Dialect = {
  name: 'Athena',
  finite: (double) => `NULLIF(NULLIF(${double}, infinity()), -infinity())`,
  isoToMs: (text) =>
    [
      'CASE',
      `  WHEN regexp_like(${text}, ${textLiteral(`\\A(?:${ISO_PATTERN})\\z`)})`,
      `  THEN date_diff('millisecond', ${EPOCH}, TRY_CAST(`,
      `    substr(${text}, 1, 10) || ' ' || replace(regexp_extract(${text}, ${textLiteral(TIME_PATTERN)}, 1), ',', '.')`,
      '  AS TIMESTAMP))',
      `  - ${zonePart(text, 2)} * 3600000`,
      `  - ${zonePart(text, 3)} * 60000`,
      'END',
    ].join('\n'),
  // In the table such a value is text, a number too.
  jsonToMs: (json) => `COALESCE(${athena.isoToMs(json)}, ${floorMs(`TRY_CAST(${json} AS DOUBLE)`)})`,
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

/** Hours or minutes of a zone with its sign; 0 where there are none. */
function zonePart(text: string, group: number): string {
  const part = (at: number) => `regexp_extract(${text}, ${textLiteral(ZONE_PATTERN)}, ${at})`;
  return `COALESCE(TRY_CAST(${part(1)} || ${part(group)} AS BIGINT), 0)`;
}
