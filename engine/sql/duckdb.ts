import type { Dialect } from './dialect.ts';
import { textLiteral } from './quote.ts';

/**
 * The form of `parseInstant`. Only whether the day exists in its month is left to the cast, which would also take a bare
 * date and the hour 24.
 */
const ISO_PATTERN =
  '\\d{4}-\\d\\d-\\d\\d[Tt ]([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d([.,]\\d+)?)?([Zz]|[+-]([01]\\d|2[0-3])(:?[0-5]\\d)?)?';

/** DuckDB 1.x. Sums and means are compensated (Kahan), so that they agree with exact ones to about the last digit. */
export const duckdbDialect: Dialect = {
  name: 'DuckDB',
  finite: (double) => `NULLIF(NULLIF(${double}, 'Infinity'), '-Infinity')`,
  isoToMs: (text) =>
    `CASE WHEN regexp_full_match(${text}, ${textLiteral(ISO_PATTERN)}) THEN epoch_ms(TRY_CAST(${zonedText(text)} AS TIMESTAMPTZ)) END`,
  jsonToMs: (json) =>
    [
      `CASE WHEN json_type(${json}) = 'VARCHAR' THEN ${duckdbDialect.isoToMs(`(${json} ->> '$')`)}`,
      `WHEN json_type(${json}) IN ('BIGINT', 'UBIGINT', 'DOUBLE') THEN TRY_CAST(floor(TRY_CAST(${json} AS DOUBLE)) AS BIGINT) END`,
    ].join(' '),
  msToIso: (ms) => `strftime(make_timestamp_ms(${ms}), '%Y-%m-%dT%H:%M:%S.%gZ')`,
  sum: (double) => `fsum(${double})`,
  mean: (double) => `favg(${double})`,
  approxCountDistinct: (value) => `approx_count_distinct(${value})`,
};

/** ISO-8601 text in the one form that the cast reads right: with seconds, at most three digits of a fraction, and a zone. */
function zonedText(text: string): string {
  const plain = `upper(replace(${text}, ',', '.'))`;
  // The cast rounds what is finer than a microsecond, and epoch_ms cuts towards 1970, not towards the past.
  const toMilliseconds = `regexp_replace(${plain}, '(\\.\\d{3})\\d+', '\\1')`;
  const withSeconds = `regexp_replace(${toMilliseconds}, '^(.{16})([Z+-].*)?$', '\\1:00\\2')`;
  return `regexp_replace(${withSeconds}, '^(.{19}(\\.\\d+)?)$', '\\1Z')`;
}
