import type { JsonValue } from '../ir/node.ts';
import { TimeZone } from '../time/time-zone.ts';

/** The setting of a time zone: what is wrong with it, or null. */
export function checkZone(name: unknown): string | null {
  if (typeof name === 'string' && TimeZone.of(name) !== null) return null;
  return `takes a time zone such as 'America/New_York', and there is no zone ${JSON.stringify(name)}`;
}

/** A zone that `checkZone` has let pass. */
export function zoneOf(name: JsonValue | undefined): TimeZone {
  return TimeZone.of(name as string) as TimeZone;
}

/** An instant, in milliseconds, as a TIMESTAMP that shows the local time of a zone. */
export function localSql(ms: string, zone: string, dialect: 'DuckDB' | 'Athena'): string {
  const utc =
    dialect === 'DuckDB'
      ? `make_timestamp_ms(${ms})`
      : `date_add('millisecond', ${ms}, TIMESTAMP '1970-01-01 00:00:00.000')`;
  if (zone === 'UTC') return utc;
  if (dialect === 'DuckDB') return `timezone('${zone}', timezone('UTC', ${utc}))`;
  return `CAST(with_timezone(${utc}, 'UTC') AT TIME ZONE '${zone}' AS TIMESTAMP)`;
}

/**
 * The milliseconds of a TIMESTAMP that shows the local time of a zone. Of two equal local times it is the first: DuckDB takes the
 * second, and an hour earlier is the first, if the same local time stands there.
 */
export function toMsSql(local: string, zone: string, dialect: 'DuckDB' | 'Athena'): string {
  if (dialect === 'Athena') {
    if (zone === 'UTC') return `date_diff('millisecond', TIMESTAMP '1970-01-01 00:00:00.000', ${local})`;
    return `CAST(to_unixtime(with_timezone(${local}, '${zone}')) * 1000 AS BIGINT)`;
  }
  if (zone === 'UTC') return `epoch_ms(${local})`;
  const instant = `timezone('${zone}', ${local})`;
  const hourBefore = `${instant} - INTERVAL 1 HOUR`;
  return `epoch_ms(CASE WHEN timezone('${zone}', ${hourBefore}) = ${local} THEN ${hourBefore} ELSE ${instant} END)`;
}
