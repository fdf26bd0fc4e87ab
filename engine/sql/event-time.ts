import { ARRIVAL, eventTimesOf, type StreamDefinition } from '../ir/stream-definition.ts';
import { EARLIEST_EVENT_MS, LATEST_EVENT_MS } from '../time/instant.ts';
import { unusedName } from './columns.ts';
import type { Dialect } from './dialect.ts';
import { identifier } from './text.ts';
import { textToMs } from './times.ts';

/** How the time of a stream's events is selected. */
export interface TimeColumn {
  /** The column that has it, as SQL. */
  readonly eventTime: string;
  /** Columns of typed events beside the fields: when each came in. */
  readonly arrival: readonly string[];
  /** Columns of events beside the fields. */
  readonly made: readonly string[];
  readonly conditions: readonly string[];
}

/** The field, or the first of several that has a time which events can have. Files of events have no arrivals; the lake has. */
export function timeColumn(
  stream: StreamDefinition,
  names: readonly string[],
  options: { readonly dialect: Dialect; readonly arrival?: string },
): TimeColumn {
  const isInYears = (ms: string) => `${ms} BETWEEN ${EARLIEST_EVENT_MS} AND ${LATEST_EVENT_MS}`;
  const times = eventTimesOf(stream);
  if (times.length === 1 && times[0] !== ARRIVAL) {
    const eventTime = identifier(stream.eventTime);
    return { eventTime, arrival: [], made: [], conditions: [isInYears(eventTime)] };
  }
  const arrivalMs = unusedName('arrival ms', names);
  const eventTime = unusedName('event time', names);
  const { dialect, arrival } = options;
  const came = times.includes(ARRIVAL)
    ? [`${arrival === undefined ? 'CAST(NULL AS BIGINT)' : textToMs(arrival, 'iso8601', dialect)} AS ${arrivalMs}`]
    : [];
  const values = times.map((name) => (name === ARRIVAL ? arrivalMs : identifier(name)));
  const cases = values.map((value) => `WHEN ${isInYears(value)} THEN ${value}`);
  const first = `CASE\n  ${cases.join('\n  ')}\nEND`;
  return { eventTime, arrival: came, made: [`${first} AS ${eventTime}`], conditions: [`${first} IS NOT NULL`] };
}
