import { fieldAt, type StructShape } from '../ir/field-shape.ts';
import type { JoinSide, JoinSource } from '../ir/join-definition.ts';
import type { NamedNode } from '../ir/node.ts';
import type { SourceDefinition } from '../ir/source-definition.ts';
import { ARRIVAL, eventTimesOf, type StreamDefinition } from '../ir/stream-definition.ts';
import type { UnionSource } from '../ir/union-definition.ts';
import { namesOfStep, rowShape, type ViewDefinition } from '../ir/view-definition.ts';
import { traitsOf, type WindowDefinition } from '../ir/window.ts';
import { sourceSql } from '../sources/registry.ts';
import { usualStepMs } from '../windows/aligned.ts';
import { windowOf } from '../windows/registry.ts';
import type { SqlWindows } from '../windows/window-sql.ts';
import { boundOf, compileAggregate } from './aggregate.ts';
import { columnPaths, fieldsRead, refuseTwins, unusedName } from './columns.ts';
import { compileExpression, type SqlScope } from './compile-expression.ts';
import type { Dialect } from './dialect.ts';
import { fillEmptyWindows } from './empty-windows.ts';
import { SqlError } from './errors.ts';
import { timeColumn } from './event-time.ts';
import { compileEventSteps } from './explode.ts';
import { header } from './header.ts';
import { fieldsOfSide, joinedRows } from './joined-rows.ts';
import { largestMagnitude } from './magnitude.ts';
import { sayableOf } from './sayable.ts';
import { type Cte, compileSteps } from './stages.ts';
import { identifier, indent, select } from './text.ts';
import { totalsInWindows } from './totals-in-windows.ts';
import { typedEvents } from './typed-events.ts';
import { type EventSelect, windowEvents } from './window-events.ts';

export { eventSource } from './event-source.ts';

export interface StatementOptions {
  readonly dialect: Dialect;
  /**
   * A table expression with a stream's fields as columns, as they are on the wire: `eventSource()`, or a table's name.
   * ISO-8601 timestamps are text, epoch ones doubles, those of format 'any' JSON.
   */
  readonly source: (stream: StreamDefinition) => string;
  /** Count exactly where the view counts approximately. Not set: false. */
  readonly exactDistinct?: boolean;
  /** The column of a source that says when a record came in, as ISO-8601 text. Not set: there is none. */
  readonly arrival?: string;
  /** The fields that the source of a stream has, where it holds only events that were judged. Not set: all, of any line. */
  readonly judged?: (stream: StreamDefinition) => StructShape;
}

/**
 * The SQL twin of a view: a statement that computes the view's rows in batch, from all events at once. Its columns are the
 * rows' own columns in their order (no revision); its rows are ordered by window and group. A view of a view is computed
 * from the other's rows, in the same statement. Columns that SQL cannot say are left out, and named in the first lines.
 *
 * Throws a `SqlError` where SQL cannot say which rows there are.
 */
export function viewStatement(view: ViewDefinition, options: StatementOptions): string {
  const { view: said, leftOut } = sayableOf(view);
  const { ctes, last } = viewRows(said, { prefix: '', own: '' }, options);
  const { dialect, judged, exactDistinct } = options;
  const words = header(said, dialect, { isJudged: judged !== undefined, exactDistinct, leftOut });
  return `${words}\nWITH ${ctes.map(formatCte).join(',\n')}\n${finalSelect(said, last, dialect)}`;
}

interface ViewRows {
  readonly ctes: readonly Cte[];
  /** The name of the SELECT that has the view's rows, with instants as milliseconds. */
  readonly last: string;
  readonly scope: SqlScope;
}

/** `prefix` goes before the names of what is selected, which must differ from view to view. */
function viewRows(
  view: ViewDefinition,
  { prefix, own }: Pick<Place, 'prefix' | 'own'>,
  options: StatementOptions,
  takenIn: WindowDefinition | null = null,
): ViewRows {
  refuseTwins(columnPaths(rowShape(view)), `the row of view '${view.name}'`);
  const source = sourceEvents(
    view.source,
    fieldsRead(view),
    { view: view.name, window: view.window, prefix, own },
    options,
  );
  const names = [...source.names, ...view.steps.flatMap(namesOfStep)];
  refuseTwins(names, `view '${view.name}' with the events that it reads`);
  const events = compileEventSteps(view, source.name, source.scope, names);
  if (view.selected !== undefined) return eventRows(view, view.selected, source, events, prefix);
  const groups = view.groupBy.map(({ node }) => compileExpression(node, events.scope));
  const { eventTime } = source;
  const { dialect, exactDistinct = false } = options;
  const selected = { from: events.last, names, eventTime, groups, prefix, dialect };
  const input = takenIn === null ? inWindows(view, selected) : totalsInWindows(view, takenIn, selected);
  const window = input.windows;
  const aggregates = view.aggregates.map(({ name, column }) => {
    const aggregate = compileAggregate(column, events.scope, { eventTime, exactDistinct, windowMs: window.windowMs });
    return `${aggregate} AS ${identifier(name)}`;
  });
  const grouped = { name: `${prefix}rows`, sql: groupedSelect(window, groups, aggregates) };
  const filled = fillEmptyWindows(view, { rows: grouped.name, from: window.from, aggregates, prefix, dialect });
  const rows = finishedRows(view, (filled.at(-1) ?? grouped).name, rowScope(view, events.scope));
  const ctes = [...source.ctes, ...events.ctes, ...input.ctes, grouped, ...filled, ...rows.ctes];
  return { ctes, last: rows.last, scope: rows.scope };
}

function inWindows({ window }: ViewDefinition, selected: EventSelect) {
  const { events, ctes } = windowEvents(selected);
  // What the window selects comes to be in `ctes`.
  return { windows: windowOf(window).sql(events), ctes };
}

/** The rows of a view that has one for each event. */
function eventRows(
  view: ViewDefinition,
  selected: readonly NamedNode[],
  source: EventsSource,
  events: ReturnType<typeof compileSteps>,
  prefix: string,
): ViewRows {
  const values = selected.map(({ name, node }) => `${compileExpression(node, events.scope)} AS ${identifier(name)}`);
  const rows = {
    name: `${prefix}rows`,
    sql: select({ columns: [`${source.eventTime} AS "event_time"`, ...values], from: events.last }),
  };
  const bounds = new Map(
    selected.flatMap(({ name, node }) =>
      node.type.kind === 'number' ? [[name, largestMagnitude(node, events.scope.bounds)] as const] : [],
    ),
  );
  const derived = finishedRows(view, rows.name, { ...events.scope, bounds, derived: new Set() });
  return { ctes: [...source.ctes, ...events.ctes, rows, ...derived.ctes], last: derived.last, scope: derived.scope };
}

/** Derived columns, and then which rows are left out: columns that look back see all rows. */
function finishedRows({ derived, having }: ViewDefinition, from: string, scope: SqlScope) {
  const columns = derived.map((column) => ({ step: 'derive' as const, ...column }));
  const made = compileSteps(columns, from, scope);
  if (having === undefined) return made;
  const kept = compileSteps([{ step: 'where', condition: having }], made.last, made.scope);
  return { ...kept, ctes: [...made.ctes, ...kept.ctes] };
}

/** Where a source's events are selected: for which view, and what goes before the names of what is. */
interface Place {
  readonly view: string;
  /** The view's own windows. */
  readonly window: WindowDefinition;
  readonly prefix: string;
  /** Goes before the names of a stream's events too: there may be two streams. */
  readonly own: string;
}

function sourceEvents(
  source: SourceDefinition,
  fields: readonly string[],
  place: Place,
  options: StatementOptions,
): EventsSource {
  return sourceSql<EventsSource>(source, {
    events: (stream) => streamEvents(place, fields, stream, options),
    rows: (upstream, eventTime) => upstreamRows(upstream, eventTime, place, options),
    totals: (upstream) => upstreamRows(upstream, '"as_of" - 1', place, options, place.window),
    joined: (join) => joinEvents(join, place, options),
    united: (source) => unionEvents(source, fields, place, options),
    matched: () => refusePattern(place),
  });
}

/** MATCH_RECOGNIZE is in the standard, and neither in DuckDB nor in Athena. */
function refusePattern({ view }: Place): never {
  throw new SqlError(
    `Pattern '${view}' has no SQL twin: MATCH_RECOGNIZE is in the standard, and neither in DuckDB nor in Athena. Ask for the stored rows of the views that take it.`,
  );
}

/** The rows of a join as if they were events. What was computed of a side can be null whatever its type says. */
function joinEvents(join: JoinSource<ViewDefinition>, place: Place, options: StatementOptions): EventsSource {
  const sideOf = (side: JoinSide<ViewDefinition>) => {
    const own = `${place.prefix}${side.name}_`;
    return sourceEvents(side.source, fieldsOfSide(side), { ...place, prefix: own, own }, options);
  };
  const [left, right] = [sideOf(join.left), sideOf(join.right)];
  const joined = joinedRows(join, { left, right }, place.prefix);
  const scope = { dialect: options.dialect, bounds: new Map(), derived: new Set(joined.names) };
  return { ...joined, ctes: [...left.ctes, ...right.ctes, ...joined.ctes], scope };
}

/** The events of several streams, and the rows of several views, with the fields that the view reads. */
function unionEvents(
  { name: union, streams, views = [] }: UnionSource<ViewDefinition>,
  fields: readonly string[],
  place: Place,
  options: StatementOptions,
): EventsSource {
  const ofStreams = streams.map((stream) => {
    const own = `${place.prefix}${stream.name}_`;
    return streamEvents({ ...place, own }, fields, stream, options);
  });
  const ofViews = views.map((view) =>
    sourceEvents(
      { kind: 'view', view },
      fields,
      { ...place, prefix: `${place.prefix}${union}_`, own: `${place.prefix}${union}_` },
      options,
    ),
  );
  const parts = [...ofStreams, ...ofViews];
  const eventTime = unusedName('event time', fields);
  const selects = parts.map((part) => {
    const columns = [...fields.map(identifier), `${part.eventTime} AS ${eventTime}`];
    return select({ columns, from: part.name });
  });
  const cte = { name: `${place.prefix}united_${union}`, sql: selects.join('\nUNION ALL\n') };
  // What was computed can be null whatever its type says.
  const derived = new Set(views.length > 0 ? fields : []);
  const scope = { dialect: options.dialect, bounds: new Map(), derived };
  return { ctes: [...parts.flatMap(({ ctes }) => ctes), cte], name: cte.name, names: fields, eventTime, scope };
}

interface EventsSource {
  readonly ctes: readonly Cte[];
  /** The name of the SELECT that has the events, and the names of its columns. */
  readonly name: string;
  readonly names: readonly string[];
  /** The column with the event's time, as SQL. */
  readonly eventTime: string;
  readonly scope: SqlScope;
}

function streamEvents(
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

/** Rows of another view as if they were events, each at an instant. */
function upstreamRows(
  upstream: ViewDefinition,
  rowTime: string,
  { prefix, own: given }: Place,
  options: StatementOptions,
  takenIn: WindowDefinition | null = null,
): EventsSource {
  if (upstream.joined !== undefined) {
    const own = `${prefix}${upstream.name}__`;
    return sourceEvents(
      upstream.source,
      [],
      { view: upstream.name, window: upstream.window, prefix: own, own },
      options,
    );
  }
  const place = { prefix: `${prefix}${upstream.name}__`, own: given === '' ? '' : `${given}${upstream.name}__` };
  const rows = viewRows(upstream, place, options, takenIn);
  const names = columnPaths(rowShape(upstream));
  const eventTime = unusedName('row time', names);
  const columns = ['*', `${rowTime} AS ${eventTime}`];
  const cte = { name: `${prefix}from_${upstream.name}`, sql: select({ columns, from: rows.last }) };
  // What was computed can be null whatever its type says.
  const scope = { ...rows.scope, derived: new Set(names) };
  return { ctes: [...rows.ctes, cte], name: cte.name, names, eventTime, scope };
}

function groupedSelect(
  { from, columns, keys }: SqlWindows,
  groups: readonly string[],
  aggregates: readonly string[],
): string {
  const all = select({ columns: [...columns, ...groups, ...aggregates], from });
  const by = [...keys, ...groups.map((_, index) => String(columns.length + index + 1))];
  // Without groups there is one total, and none of no events.
  return by.length === 0 ? `${all}\nHAVING count(*) > 0` : `${all}\nGROUP BY ${by.join(', ')}`;
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
  const groups = view.groupBy.map(({ name }) => identifier(name));
  const partition = groups.length > 0 ? `PARTITION BY ${groups.join(', ')} ` : '';
  const kind = windowOf(view.window);
  // Rows of other windows have no order, and no row operators.
  const numbers = kind.sqlNumbers?.(events.dialect.name);
  const rows = {
    overRows: `${partition}ORDER BY ${numbers?.of('"window_start"') ?? '"window_start"'}`,
    step: numbers?.step ?? 0,
    slideMs: kind.grid === null ? 0 : usualStepMs(kind.grid),
  };
  return { ...events, bounds, derived: new Set(), rows };
}

function finalSelect(view: ViewDefinition, from: string, dialect: Dialect): string {
  const columns = [...rowShape(view).fields].map(([name, field]) => {
    const column = identifier(name);
    if (field.shape === 'struct') {
      const fields = [...field.fields.keys()].map((inner) => [inner, identifier(`${name}.${inner}`)]);
      return `${dialect.jsonObject(Object.fromEntries(fields))} AS ${column}`;
    }
    const isInstant = field.type.kind === 'instant';
    return isInstant ? `${dialect.msToIso(column)} AS ${column}` : column;
  });
  // The CTE's columns, not the texts above.
  const columnsOfWindow = traitsOf(view.window).columns;
  const starts = (['window_start', 'event_time'] as const).filter((name) => columnsOfWindow.includes(name));
  const start = starts.map((name) => `${from}.${identifier(name)}`);
  const ordering = [...view.groupBy, ...(view.selected ?? []).filter(({ node }) => node.type.kind !== 'json')];
  const groups = ordering.map(({ name }) => `${from}.${identifier(name)} NULLS FIRST`);
  const order = [...start, ...groups];
  return `${select({ columns, from })}${order.length === 0 ? '' : `\nORDER BY ${order.join(', ')}`}`;
}

function formatCte({ name, sql }: Cte): string {
  return `${name} AS (\n  ${indent(sql)}\n)`;
}
