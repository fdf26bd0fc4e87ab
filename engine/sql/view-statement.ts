import { formatDuration } from '../definition/duration.ts';
import { rowShape, type ViewDefinition } from '../definition/view-definition.ts';
import type { TumblingWindow } from '../definition/window.ts';
import { EARLIEST_EVENT_MS, LATEST_EVENT_MS } from '../time/instant.ts';
import { boundOf, compileAggregate } from './aggregate.ts';
import { fieldsRead, refuseTwins } from './columns.ts';
import { compileExpression, type SqlScope } from './compile-expression.ts';
import type { Dialect } from './dialect.ts';
import { SqlError } from './errors.ts';
import { type Cte, compileSteps, select } from './stages.ts';
import { identifier, indent } from './text.ts';
import { typedEvents } from './typed-events.ts';

export { eventSource } from './event-source.ts';

export interface StatementOptions {
  readonly dialect: Dialect;
  /**
   * A table expression with the stream's fields as columns, as they are on the wire: `eventSource()`, or a table's name.
   * ISO-8601 timestamps are text, epoch ones doubles, those of format 'any' JSON.
   */
  readonly source: string;
  /** Count exactly where the view counts approximately. Not set: false. */
  readonly exactDistinct?: boolean;
}

/**
 * The SQL twin of a view: a statement that computes the view's rows in batch, from all events at once. Its columns are the
 * rows' own columns in their order (no revision); its rows are ordered by window and group.
 *
 * Throws a `SqlError` where SQL cannot say the same.
 */
export function viewStatement(view: ViewDefinition, options: StatementOptions): string {
  if (view.upstream !== null)
    throw new SqlError(`View '${view.name}' takes rows of another view, which cannot be said in SQL yet.`);
  const { dialect, source } = options;
  const fields = fieldsRead(view);
  const derivedNames = view.steps.flatMap((step) => (step.step === 'derive' ? [step.name] : []));
  refuseTwins([...fields, ...derivedNames], `view '${view.name}' with the events that it reads`);
  refuseTwins([...rowShape(view).fields.keys()], `the row of view '${view.name}'`);

  const typed = typedEvents(view.stream, fields, dialect);
  const years = `${identifier(view.stream.eventTime)} BETWEEN ${EARLIEST_EVENT_MS} AND ${LATEST_EVENT_MS}`;
  const events = compileSteps(view.steps, 'events', { dialect, bounds: new Map(), derived: new Set() });
  const rowSteps = view.derived.map((column) => ({ step: 'derive' as const, ...column }));
  const rows = compileSteps(rowSteps, 'rows', rowScope(view, events.scope));
  const ctes: Cte[] = [
    { name: 'typed_events', sql: select({ columns: typed.columns, from: source, where: typed.conditions }) },
    { name: 'events', sql: select({ columns: ['*'], from: 'typed_events', where: [years] }) },
    ...events.ctes,
    { name: 'rows', sql: groupedSelect(view, events.last, events.scope, options.exactDistinct ?? false) },
    ...rows.ctes,
  ];
  return `${header(view, dialect)}\nWITH ${ctes.map(formatCte).join(',\n')}\n${finalSelect(view, rows.last, dialect)}`;
}

function groupedSelect(view: ViewDefinition, from: string, scope: SqlScope, exactDistinct: boolean): string {
  const eventTime = identifier(view.stream.eventTime);
  const start = windowStart(tumblingOf(view), eventTime);
  const keys = [
    `${start} AS "window_start"`,
    `${start} + ${tumblingOf(view).sizeMs} AS "window_end"`,
    ...view.groupBy.map(({ node }) => compileExpression(node, scope)),
  ];
  const options = { eventTime, exactDistinct, windowMs: String(tumblingOf(view).sizeMs) };
  const aggregates = view.aggregates.map(
    ({ name, column }) => `${compileAggregate(column, scope, options)} AS ${identifier(name)}`,
  );
  const groups = keys.map((_, index) => index + 1).join(', ');
  return `${select({ columns: [...keys, ...aggregates], from })}\nGROUP BY ${groups}`;
}

function tumblingOf({ name, window }: ViewDefinition): TumblingWindow {
  if (window.kind === 'tumbling') return window;
  throw new SqlError(`View '${name}' has ${window.kind} windows, which cannot be said in SQL yet.`);
}

/** SQL's remainder has the sign of the dividend, so before 1970 one size is added: a floor, not a cut. */
function windowStart({ sizeMs, offsetMs }: TumblingWindow, eventTime: string): string {
  const sinceOffset = offsetMs === 0 ? eventTime : `(${eventTime} - ${offsetMs})`;
  return `${eventTime} - (${sinceOffset} % ${sizeMs} + ${sizeMs}) % ${sizeMs}`;
}

/** What row expressions are compiled in: their fields are the row's columns, not the event's. */
function rowScope(view: ViewDefinition, events: SqlScope): SqlScope {
  const bounds = new Map<string, number>();
  for (const { name } of view.groupBy) {
    const bound = events.bounds.get(name);
    if (bound !== undefined) bounds.set(name, bound);
  }
  for (const { name, column } of view.aggregates) {
    const bound = boundOf(column, events);
    if (bound !== null) bounds.set(name, bound);
  }
  return { ...events, bounds, derived: new Set() };
}

function finalSelect(view: ViewDefinition, from: string, dialect: Dialect): string {
  const columns = [...rowShape(view).fields].map(([name, field]) => {
    const column = identifier(name);
    const isInstant = field.shape === 'leaf' && field.type.kind === 'instant';
    return isInstant ? `${dialect.msToIso(column)} AS ${column}` : column;
  });
  // The CTE's columns, not the texts above.
  const order = ['window_start', ...view.groupBy.map(({ name }) => name)].map(
    (name, index) => `${from}.${identifier(name)}${index === 0 ? '' : ' NULLS FIRST'}`,
  );
  return `${select({ columns, from })}\nORDER BY ${order.join(', ')}`;
}

function header(view: ViewDefinition, dialect: Dialect): string {
  const { stream } = view;
  const window = tumblingOf(view);
  const groups = view.groupBy.map(({ name }) => ` and ${name}`).join('');
  const lateness = view.allowedLatenessMs === 0 ? 'end' : `end + ${formatDuration(view.allowedLatenessMs)}`;
  return [
    `View ${view.name} of stream ${stream.name} in ${dialect.name} SQL: one row for each window of ${formatDuration(window.sizeMs)}${groups}.`,
    'Instants are milliseconds since 1970 until the last SELECT, which writes them as ISO-8601 text in UTC.',
    '',
    'It computes over all events that fit the schema, as if none had come late. What it cannot know:',
    `- late events: a stream leaves out of a window what comes after the watermark has passed the window's ${lateness};`,
    '- dead letters: it leaves out events without a required field or with an unreadable timestamp, but does not check',
    '  what else the schema asks of a value, nor how far an event time was ahead of the arrival.',
  ]
    .map((line) => `-- ${line}`.trimEnd())
    .join('\n');
}

function formatCte({ name, sql }: Cte): string {
  return `${name} AS (\n  ${indent(sql)}\n)`;
}
