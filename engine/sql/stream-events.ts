import { fieldAt } from '../ir/field-shape.ts';
import { ARRIVAL, eventTimesOf, type StreamDefinition } from '../ir/stream-definition.ts';
import { unusedName } from './columns.ts';
import { SqlError } from './errors.ts';
import { timeColumn } from './event-time.ts';
import type { EventsSource, Place, StatementOptions } from './statement.ts';
import { identifier, select } from './text.ts';
import { typedEvents } from './typed-events.ts';

/** The events of a stream, with the fields that a view reads, each copy once. */
export function streamEvents(
  { view, own }: Place,
  fields: readonly string[],
  ofView: StreamDefinition,
  options: StatementOptions,
): EventsSource {
  const { dialect, source, judged } = options;
  const stream = judged === undefined ? ofView : { ...ofView, shape: judged(ofView) };
  const times = eventTimesOf(stream).filter((time) => time !== ARRIVAL);
  const names = [...new Set([...times, ...fields, ...(stream.dedupe === null ? [] : [stream.dedupe.by])])];
  const missing = names.find((name) => fieldAt(stream.shape, name) === null);
  if (missing !== undefined) {
    throw new SqlError(
      `View '${view}' reads field '${missing}' of stream '${stream.name}', which a table cannot have: its name has other characters than letters, digits and _, or differs from another's in case alone. Rename it.`,
    );
  }
  const typed = typedEvents(stream, names, dialect);
  const time = timeColumn(stream, names, options);
  const { eventTime } = time;
  const ctes = [
    {
      name: `${own}typed_events`,
      sql: select({ columns: [...typed.columns, ...time.arrival], from: source(ofView), where: typed.conditions }),
    },
    {
      name: `${own}events`,
      sql: select({ columns: ['*', ...time.made], from: `${own}typed_events`, where: time.conditions }),
    },
  ];
  const scope = { dialect, bounds: new Map(), derived: new Set<string>() };
  if (stream.dedupe === null) return { ctes, name: `${own}events`, names, eventTime, scope };
  const by = identifier(stream.dedupe.by);
  const copy = unusedName('number of copy', names);
  const columns = ['*', `row_number() OVER (PARTITION BY ${by} ORDER BY ${eventTime}) AS ${copy}`];
  const numbered = { name: `${own}numbered_events`, sql: select({ columns, from: `${own}events` }) };
  // '' is no id.
  const isText = fieldAt(stream.shape, stream.dedupe.by)?.type.kind === 'string';
  const where = [`${by} IS NULL OR ${isText ? `${by} = '' OR ` : ''}${copy} = 1`];
  const unique = { name: `${own}unique_events`, sql: select({ columns: ['*'], from: numbered.name, where }) };
  return { ctes: [...ctes, numbered, unique], name: unique.name, names, eventTime, scope };
}
