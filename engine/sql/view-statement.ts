import type { JoinSide, JoinSource } from '../ir/join-definition.ts';
import type { NamedNode } from '../ir/node.ts';
import type { SourceDefinition } from '../ir/source-definition.ts';
import type { UnionSource } from '../ir/union-definition.ts';
import { namesOfStep, rowShape, type ViewDefinition } from '../ir/view-definition.ts';
import type { WindowDefinition } from '../ir/window.ts';
import { sourceSql } from '../sources/registry.ts';
import { windowOf } from '../windows/registry.ts';
import { compileAggregate } from './aggregate.ts';
import { columnPaths, fieldsRead, refuseTwins, unusedName } from './columns.ts';
import { compileExpression, type SqlScope } from './compile-expression.ts';
import { fillEmptyWindows } from './empty-windows.ts';
import { SqlError } from './errors.ts';
import { compileEventSteps } from './explode.ts';
import { finalSelect, formatCte } from './final-select.ts';
import { groupedSelect, rowScope } from './grouped-rows.ts';
import { header } from './header.ts';
import { fieldsOfSide, joinedRows } from './joined-rows.ts';
import { largestMagnitude } from './magnitude.ts';
import { sayableOf } from './sayable.ts';
import { type Cte, compileSteps } from './stages.ts';
import type { EventsSource, Place, StatementOptions } from './statement.ts';
import { streamEvents } from './stream-events.ts';
import { identifier, select } from './text.ts';
import { totalsInWindows } from './totals-in-windows.ts';
import { type EventSelect, windowEvents } from './window-events.ts';

export { eventSource } from './event-source.ts';
export type { StatementOptions } from './statement.ts';

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
