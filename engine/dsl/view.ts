import type { Duration } from '../ir/duration.ts';
import type { ReservedColumn, RowColumn } from '../ir/names.ts';
import type { EmptyWindowPolicy } from '../ir/view-definition.ts';
import type { Window, WindowColumn } from '../ir/window.ts';
import type { Aggregate } from './aggregate-column.ts';
import type { Alert } from './alert.ts';
import type { Emission } from './emission.ts';
import type { ExplodeOptions } from './explode.ts';
import type { ElementOf, ElementsOf, Flat, Instant } from './shape.ts';
import type { Source } from './stream.ts';
import type { Condition, Expr, Fields, ValueOf } from './types.ts';
import { beginView, type ViewOptions } from './view-builder.ts';

/**
 * For each column of `R` its name, where it can make a group: one value, no object or array. Not yet the names' union,
 * which the compiler would show under its alias, not member by member.
 */
type Groupable<R> = {
  [K in keyof R & string]: [NonNullable<R[K]>] extends [string | number | boolean | Instant] ? K : never;
};

/** For each column of `R` its name, where it can be one of a row: a value or a list, no object of fields. */
type Selectable<R> = {
  [K in keyof R & string]: NonNullable<R[K]> extends
    | string
    | number
    | boolean
    | Instant
    | readonly unknown[]
    | ElementsOf<unknown, unknown>
    ? K
    : never;
};
/** What the row of a single event has before its own columns. */
interface EventColumns {
  event_time: Instant;
  /** Tells the row from all others of the view. The same events give the same ids. */
  row_id: string;
}

/** What a row says of its window. */
type WindowColumns<W extends string> = { [C in WindowColumn<W>]: Instant };
type Columns<D> = { [K in keyof D]: ValueOf<D[K]> };
/** Where rows of empty windows are, an aggregate may be that of nothing. */
type Aggregates<D, P> = {
  [K in keyof D]: D[K] extends Aggregate<infer T, infer E> ? T | ('zero' extends P ? E : never) : never;
};
/** Turns a name that is taken into a type error that says so. */
type Fresh<D, Taken> = {
  [K in keyof D]: K extends ReservedColumn
    ? `'${K & string}' is a column that every result has`
    : K extends Taken
      ? `'${K & string}' is already a column`
      : unknown;
};

/** What can be exploded: a list, an object with any names, or what may be one. */
type Explodable<D> = {
  [K in keyof D]: unknown extends ValueOf<D[K]>
    ? unknown
    : NonNullable<ValueOf<D[K]>> extends ElementsOf<unknown, unknown> | readonly unknown[]
      ? unknown
      : `'${K & string}' is no list, nor an object with any names (Type.Record)`;
};

/** What a view has of each element, beside what it had of the event. */
type Exploded<R, D, P extends string, O> = Flat<
  R & { [K in keyof D]: ElementOf<ValueOf<D[K]>> | (true extends O ? null : never) } & {
    [K in P]: number | (true extends O ? null : never);
  }
>;

/** A view before its window: events pass through filters and get new columns. */
export interface EventView<N extends string, R, G extends string = never> {
  /** Keeps only events for which the condition is true. */
  where(condition: (event: Fields<R>) => Condition): EventView<N, R, G>;
  /** Adds columns to each event. */
  derive<D extends Record<string, Expr>>(
    columns: (event: Fields<R>) => D & Fresh<D, keyof R>,
  ): EventView<N, Flat<R & Columns<D>>, G>;
  /**
   * Puts a row for each element of a list, or of an object with any names (`Type.Record`, whose elements are `{ key, value }`), in the
   * place of the event. A row has the event's fields, and the element under a name. An event without elements, or without the list,
   * has no row, but with `outer`.
   *
   * @example
   * view('units_by_sku', orders)
   *   .explode((e) => ({ item: e.items }))
   *   .derive((e) => ({ sku: e.item.sku }))
   *   .window(tumbling('1 hour')).groupBy('sku').aggregate((e) => ({ units: sum(e.item.quantity) }))
   */
  explode<D extends Record<string, Expr>, const P extends string = never, const O extends boolean = false>(
    list: (event: Fields<R>) => D & Fresh<D, keyof R> & Explodable<D>,
    options?: ExplodeOptions<P, O>,
  ): EventView<N, Exploded<R, D, P, O>, G>;
  /** The columns that make a group; none makes one row a window. */
  groupBy<K extends Exclude<Groupable<R>[keyof R & string], ReservedColumn>>(...fields: K[]): EventView<N, R, K>;
  /**
   * Ends a view without windows: each event has a row of its own, with the columns that are named or made here, at its own time.
   * Each row is one write. A row is final when the watermark has passed its event.
   *
   * @example
   * view('failures', requests).where((e) => e.status.gte(500)).select(['url', 'status'])
   * view('failures', requests).where((e) => e.status.gte(500)).select((e) => ({ path: e.url.urlPath(), status: e.status }))
   */
  select<
    K extends Exclude<Selectable<R>[keyof R & string], ReservedColumn>,
    const D extends string = Duration | 'forever',
  >(fields: readonly K[], emission?: Emission<D>): View<N, Flat<EventColumns & Pick<R, K & keyof R>>, 'row_id'>;
  select<S extends Record<string, Expr>, const D extends string = Duration | 'forever'>(
    columns: (event: Fields<R>) => S & Fresh<S, RowColumn>,
    emission?: Emission<D>,
  ): View<N, Flat<EventColumns & Columns<S>>, 'row_id'>;
  window<K extends string, P extends EmptyWindowPolicy = 'skip', const D extends string = Duration | 'forever'>(
    window: Window<K>,
    emission?: Emission<D> & { readonly emptyWindows?: P },
  ): WindowedView<N, R, G, K, P>;
}

/** A view with its window, waiting for its aggregates. */
export interface WindowedView<
  N extends string,
  R,
  G extends string,
  W extends string = string,
  P extends EmptyWindowPolicy = 'skip',
> {
  groupBy<K extends Exclude<Groupable<R>[keyof R & string], ReservedColumn>>(
    ...fields: K[]
  ): WindowedView<N, R, K, W, P>;
  aggregate<D extends Record<string, Aggregate<unknown, unknown>>>(
    columns: (event: Fields<R>) => D & Fresh<D, G>,
  ): View<N, Flat<WindowColumns<W> & Pick<R, G & keyof R> & Aggregates<D, P>>, G>;
}

/** A complete view: one row a group and window. It can be the source of another view. */
// `any` as R's default lets every view be passed to pipeline(): R occurs on both sides of derive(), so no other type
// fits all.
// biome-ignore lint/suspicious/noExplicitAny: see above
export interface View<out N extends string = string, R = any, out G extends string = string> extends Source<N, R> {
  readonly groups?: G;
  /** Adds columns to each row, computed from the row's other columns. */
  derive<D extends Record<string, Expr>>(
    columns: (row: Fields<R>) => D & Fresh<D, keyof R>,
  ): View<N, Flat<R & Columns<D>>, G>;
  /**
   * Keeps only rows of which the condition is true: what is stored, shown, handed to other views and alerted on. Columns that look
   * back see all rows. Where a row comes to be one or ceases to be by late events, it is put there or taken back.
   *
   * @example view('busy', clicks).window(tumbling('1 minute')).groupBy('page').aggregate(() => ({ n: count() })).having((row) => row.n.gt(100))
   */
  having(condition: (row: Fields<R>) => Condition): View<N, R, G>;
  /** Makes incidents of rows, and tells of them. The rows stay what they are. `docs/alerts.md` says what each rule does. */
  alert(name: string, rule: Alert<R>): View<N, R, G>;
}

/**
 * A view of a stream, or of another view's rows, each of which then counts at the last instant of its window.
 *
 * If a deployed view changes in a way that its state cannot follow, give it a new `version`: it starts over under that.
 *
 * @example
 * view('page_views', clicks).window(tumbling('5 minutes')).groupBy('page_url').aggregate((e) => ({ views: count() }))
 */
export function view<const N extends string, R>(
  name: N,
  source: Source<string, R>,
  options: ViewOptions = {},
): EventView<N, R> {
  return beginView(name, source, options) as unknown as EventView<N, R>;
}
