import { conditionOf, fieldsOf } from '../expression/build.ts';
import type { ExpressionNode } from '../expression/node.ts';
import { callDefinition } from '../expression/recorder.ts';
import type { Condition, Expr, Fields, ValueOf } from '../expression/types.ts';
import { type Aggregate, AggregateColumn } from './aggregate-column.ts';
import { callColumns, entriesOf, type NamedNode, withColumns } from './columns.ts';
import { type Duration, durationMs } from './duration.ts';
import { DefinitionError } from './errors.ts';
import type { FieldShape, StructShape } from './field-shape.ts';
import { checkColumn, checkName, type ReservedColumn } from './names.ts';
import { checkSettings, oneOf } from './settings.ts';
import type { Flat, Instant } from './shape.ts';
import type { Source, StreamDefinition } from './stream.ts';
import type { Window, WindowDefinition } from './window.ts';

// What a user sees ---------------------------------------------------------------------------------------------------

/** What happens to events after their window. Everything that is not set is 0, or nothing. */
export interface Emission {
  /** How long after its end a window still takes late events, each of which makes a revision of its row. */
  readonly allowedLateness?: Duration;
  /**
   * Events later than that: `sideOutput` (the default) keeps them, beside the windows that they missed; `drop` counts
   * them and lets them go.
   */
  readonly lateEvents?: LatePolicy;
  /** Into how many parts the groups are divided, each finalized on its own. 1 unless set; for very many groups. */
  readonly buckets?: number;
}

export type LatePolicy = 'sideOutput' | 'drop';

/**
 * For each column of `R` its name, where it can make a group: one value, no object or array. Not yet the names' union,
 * which the compiler would show under its alias, not member by member.
 */
type Groupable<R> = {
  [K in keyof R & string]: [NonNullable<R[K]>] extends [string | number | boolean | Instant] ? K : never;
};

type WindowColumns = { window_start: Instant; window_end: Instant };
type Columns<D> = { [K in keyof D]: D[K] extends Aggregate<infer T, unknown> ? T : ValueOf<D[K]> };
/** Turns a name that is taken into a type error that says so. */
type Fresh<D, Taken> = {
  [K in keyof D]: K extends ReservedColumn
    ? `'${K & string}' is a column that every result has`
    : K extends Taken
      ? `'${K & string}' is already a column`
      : unknown;
};

/** A view before its window: events pass through filters and get new columns. */
export interface EventView<N extends string, R, G extends string = never> {
  /** Lets only events pass for which the condition is true. */
  where(condition: (event: Fields<R>) => Condition): EventView<N, R, G>;
  /** Adds columns to each event. */
  derive<D extends Record<string, Expr>>(
    columns: (event: Fields<R>) => D & Fresh<D, keyof R>,
  ): EventView<N, Flat<R & Columns<D>>, G>;
  /** The columns that make a group; none makes one row a window. */
  groupBy<K extends Exclude<Groupable<R>[keyof R & string], ReservedColumn>>(...fields: K[]): EventView<N, R, K>;
  window<K extends string>(window: Window<K>, emission?: Emission): WindowedView<N, R, G>;
}

/** A view with its window, waiting for its aggregates. */
export interface WindowedView<N extends string, R, G extends string> {
  groupBy<K extends Exclude<Groupable<R>[keyof R & string], ReservedColumn>>(...fields: K[]): WindowedView<N, R, K>;
  aggregate<D extends Record<string, Aggregate<unknown, unknown>>>(
    columns: (event: Fields<R>) => D & Fresh<D, G>,
  ): View<N, Flat<WindowColumns & Pick<R, G & keyof R> & Columns<D>>, G>;
}

/** A complete view: one row a group and window. */
// `any` as R's default lets every view be passed to pipeline(): R occurs on both sides of derive(), so no other type fits all.
// biome-ignore lint/suspicious/noExplicitAny: see above
export interface View<out N extends string = string, R = any, out G extends string = string> extends Source<N, R> {
  readonly groups?: G;
  /** Adds columns to each row, computed from the row's other columns. */
  derive<D extends Record<string, Expr>>(
    columns: (row: Fields<R>) => D & Fresh<D, keyof R>,
  ): View<N, Flat<R & Columns<D>>, G>;
}

/**
 * A view of a stream.
 *
 * @example
 * view('page_views', clicks).window(tumbling('5 minutes')).groupBy('page_url').aggregate((e) => ({ views: count() }))
 */
export function view<const N extends string, R>(name: N, source: Source<string, R>): EventView<N, R> {
  const stream = source as unknown as StreamDefinition | null | undefined;
  checkName(name, `view '${name}'`);
  if (stream?.kind !== 'stream') {
    throw new DefinitionError(`view '${name}': its source must be a stream, made by stream('…', { … }).`);
  }
  return new ViewBuilder({ name, stream, shape: stream.shape, steps: [], groupBy: [] }) as unknown as EventView<N, R>;
}

// What the engine sees -----------------------------------------------------------------------------------------------

export type { NamedNode };

/** What happens to an event before its window, in the order of the definition. */
export type EventStep =
  | { readonly step: 'where'; readonly condition: ExpressionNode }
  | ({ readonly step: 'derive' } & NamedNode);

export interface NamedAggregate {
  readonly name: string;
  readonly column: AggregateColumn;
}

/** A view as data. */
export interface ViewDefinition {
  readonly kind: 'view';
  readonly name: string;
  readonly stream: StreamDefinition;
  readonly steps: readonly EventStep[];
  readonly window: WindowDefinition;
  readonly groupBy: readonly NamedNode[];
  readonly aggregates: readonly NamedAggregate[];
  readonly derived: readonly NamedNode[];
  readonly allowedLatenessMs: number;
  readonly lateEvents: LatePolicy;
  readonly buckets: number;
}

interface Draft {
  readonly name: string;
  readonly stream: StreamDefinition;
  /** The event's fields, with those that `derive` added. */
  readonly shape: StructShape;
  readonly steps: readonly EventStep[];
  readonly groupBy: readonly string[];
  readonly window?: WindowDefinition;
  readonly emission?: Emission;
}

/** Collects the parts of a view; every method returns a new builder, so a half-made view can be shared. */
class ViewBuilder {
  readonly #draft: Draft;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  where(condition: (event: object) => unknown): ViewBuilder {
    const where = this.#label('where');
    const node = callDefinition(where, condition, this.#fields(), (result) => conditionOf(result, where));
    return this.#with({ steps: [...this.#draft.steps, { step: 'where', condition: node }] });
  }

  derive(columns: (event: object) => Record<string, unknown>): ViewBuilder {
    const derived = callColumns(
      this.#label('derive'),
      columns,
      this.#fields(),
      new Set(this.#draft.shape.fields.keys()),
    );
    return this.#with({
      shape: withColumns(this.#draft.shape, derived),
      steps: [...this.#draft.steps, ...derived.map((column) => ({ step: 'derive' as const, ...column }))],
    });
  }

  groupBy(...fields: string[]): ViewBuilder {
    const where = this.#label('groupBy');
    for (const name of fields) {
      const field = this.#draft.shape.fields.get(name);
      if (!field) {
        const nested = String(name).includes('.') ? ` A nested field is brought up by .derive((e) => ({ … })).` : '';
        throw new DefinitionError(
          `${where}: there is no field '${name}'. The fields are ${[...this.#draft.shape.fields.keys()].join(', ')}.${nested}`,
        );
      }
      if (field.shape !== 'leaf' || field.type.kind === 'json') {
        throw new DefinitionError(
          `${where}: '${name}' is an object or an array. Group by a simple field; derive() can bring one up.`,
        );
      }
    }
    if (new Set(fields).size < fields.length) throw new DefinitionError(`${where}: a field is named twice.`);
    return this.#with({ groupBy: fields });
  }

  window(window: Window, emission: Emission = {}): ViewBuilder {
    if (window?.kind !== 'tumbling') {
      throw new DefinitionError(
        `${this.#label('window')}: '${window?.kind}' is not a kind of window. Use tumbling('5 minutes').`,
      );
    }
    checkSettings(emission, ['allowedLateness', 'lateEvents', 'buckets'], this.#label('window'));
    return this.#with({ window: window as WindowDefinition, emission });
  }

  aggregate(columns: (event: object) => Record<string, unknown>): CompleteView {
    const { name, stream, shape, steps, window, emission = {}, groupBy } = this.#draft;
    const where = this.#label('aggregate');
    if (!window)
      throw new DefinitionError(`${where}: the view has no window. Call .window(tumbling('5 minutes')) first.`);
    const taken = new Set(groupBy);
    const aggregates = callDefinition(where, columns, this.#fields(), (result) =>
      entriesOf(result, where).map(([column, value]) => {
        checkColumn(column, taken, where);
        if (value instanceof AggregateColumn) return { name: column, column: value };
        throw new DefinitionError(`${where}: '${column}' is not an aggregate. Use count(), sum(e.x) and the like.`);
      }),
    );
    for (const group of groupBy) checkColumn(group, new Set(), this.#label('groupBy'));
    return new CompleteView({
      kind: 'view',
      name,
      stream,
      steps,
      window,
      groupBy: groupBy.map((group) => ({ name: group, node: fieldNode(shape, group) })),
      aggregates,
      derived: [],
      allowedLatenessMs: durationMs(emission.allowedLateness ?? '0 ms', `${this.#label('window')}: allowedLateness`),
      lateEvents: oneOf(
        emission.lateEvents ?? 'sideOutput',
        ['sideOutput', 'drop'],
        `${this.#label('window')}: lateEvents`,
      ),
      buckets: checkBuckets(emission.buckets ?? 1, this.#label('window')),
    });
  }

  #fields(): object {
    return fieldsOf(this.#draft.shape, `view '${this.#draft.name}' of stream '${this.#draft.stream.name}'`);
  }

  #label(method: string): string {
    return `view '${this.#draft.name}', ${method}()`;
  }

  #with(change: Partial<Draft>): ViewBuilder {
    return new ViewBuilder({ ...this.#draft, ...change });
  }
}

/** A complete view: `definition` is what the engine compiles. */
export class CompleteView {
  readonly definition: ViewDefinition;

  constructor(definition: ViewDefinition) {
    this.definition = definition;
  }

  get name(): string {
    return this.definition.name;
  }

  derive(columns: (row: object) => Record<string, unknown>): CompleteView {
    const { name } = this.definition;
    const shape = rowShape(this.definition);
    const derived = callColumns(
      `view '${name}', derive()`,
      columns,
      fieldsOf(shape, `the row of view '${name}'`),
      new Set(shape.fields.keys()),
    );
    return new CompleteView({ ...this.definition, derived: [...this.definition.derived, ...derived] });
  }
}

/** The columns of a row, in order: window, groups, aggregates, derived. */
export function rowShape(view: ViewDefinition): StructShape {
  const instant: FieldShape = { shape: 'leaf', type: { kind: 'instant', nullable: false } };
  const fields = new Map<string, FieldShape>([
    ['window_start', instant],
    ['window_end', instant],
  ]);
  for (const { name, node } of view.groupBy) fields.set(name, { shape: 'leaf', type: node.type });
  for (const { name, column } of view.aggregates) fields.set(name, { shape: 'leaf', type: column.type });
  for (const { name, node } of view.derived) fields.set(name, { shape: 'leaf', type: node.type });
  return { shape: 'struct', nullable: false, fields };
}

function fieldNode(shape: StructShape, name: string): ExpressionNode {
  const field = shape.fields.get(name);
  if (field?.shape !== 'leaf') throw new DefinitionError(`There is no simple field '${name}'.`);
  return { op: 'field', path: [name], type: field.type };
}

function checkBuckets(buckets: number, where: string): number {
  if (!Number.isInteger(buckets) || buckets < 1 || buckets > 256) {
    throw new DefinitionError(`${where}: buckets is ${buckets}: it must be a whole number from 1 to 256.`);
  }
  return buckets;
}
