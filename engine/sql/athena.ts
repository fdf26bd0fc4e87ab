import { sqlPlace } from '../functions/json-path.ts';
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
  elementsOf(given, kind, areSimple) {
    // In the table it is a text or, of a list, an array: of texts with objects in them, or of simple values.
    const json = `CAST(${given} AS JSON)`;
    const text = `COALESCE(json_extract_scalar(${json}, '$'), json_format(${json}))`;
    if (kind === 'map') {
      const entry = `MAP(ARRAY['key', 'value'], ARRAY[CAST(e[1] AS JSON), e[2]])`;
      return `transform(map_entries(TRY_CAST(TRY(json_parse(${text})) AS MAP(VARCHAR, JSON))), e -> json_format(CAST(${entry} AS JSON)))`;
    }
    const inText = `json_extract_scalar(e, '$')`;
    const shown = areSimple
      ? 'json_format(e)'
      : `CASE WHEN substr(${inText}, 1, 1) IN ('{', '[') THEN ${inText} ELSE json_format(e) END`;
    return `transform(TRY_CAST(TRY(json_parse(${text})) AS ARRAY(JSON)), e -> ${shown})`;
  },
  unnest(from, { list, element, position, ordinal, isOuter }) {
    const all = isOuter ? `CASE WHEN cardinality(${list}) > 0 THEN ${list} ELSE ARRAY[NULL] END` : list;
    const place = isOuter ? `CASE WHEN cardinality(${list}) > 0 THEN ${ordinal} - 1 END` : `${ordinal} - 1`;
    const source = `${from}\nCROSS JOIN UNNEST(${all}) WITH ORDINALITY AS elements (${element}, ${ordinal})`;
    return select({ columns: ['*', ...(position === null ? [] : [`${place} AS ${position}`])], from: source });
  },
  jsonAt(root, path, kind) {
    const { json, path: end } = sqlPlace(root, path, { dialect: 'Athena', text: textLiteral });
    const place = textLiteral(end);
    const text = `json_extract_scalar(${json}, ${place})`;
    const found = `json_format(json_extract(${json}, ${place}))`;
    const whereBegins = (firsts: string, value: string) =>
      `CASE WHEN strpos(${textLiteral(firsts)}, substr(${found}, 1, 1)) > 0 THEN ${value} END`;
    switch (kind) {
      case 'text':
        return whereBegins('"', text);
      case 'double':
        return whereBegins('-0123456789', `TRY_CAST(${text} AS DOUBLE)`);
      // A number of an epoch can be text.
      case 'epoch':
        return `TRY_CAST(${text} AS DOUBLE)`;
      case 'whole':
        return whereBegins(
          '-0123456789',
          `COALESCE(TRY_CAST(${text} AS BIGINT), TRY_CAST(TRY_CAST(${text} AS DOUBLE) AS BIGINT))`,
        );
      case 'boolean':
        return whereBegins('tf', `${text} = 'true'`);
      case 'any':
        return `COALESCE(${text}, NULLIF(${found}, 'null'))`;
    }
  },
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
