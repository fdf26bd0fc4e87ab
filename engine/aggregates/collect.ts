import { type Aggregate, aggregateColumn } from '../dsl/aggregate-column.ts';
import { SCALARS } from '../dsl/column-kind.ts';
import { checkSettings, wholeNumber } from '../dsl/settings.ts';
import type { Expr } from '../dsl/types.ts';
import type { Value, ValueKind } from '../ir/node.ts';
import { storedForm } from './compare-values.ts';
import type { AggregateDescriptor } from './descriptor.ts';
import type { AggregateOperator } from './operator.ts';
import { type RankedState, Ranking } from './ranked.ts';
import { shortened, TOP_TEXT_LENGTH } from './top-k.ts';
import { shown } from './top-n.ts';

export interface CollectSpec {
  readonly kind: 'collect';
  readonly limit: number;
}

export interface CollectOptions {
  /** How many values at most, those of the earliest events: 1 to 1,000. */
  readonly limit: number;
}

/** Rows stay small, and so does what is kept of a group. */
const MAX_LIMIT = 1000;

/**
 * The values, not null, of the earliest events, up to a limit: in the order of event time, and of one time the least first. Instants
 * are text, and texts are cut to their first 500 characters. Of nothing: an empty list.
 */
export function collect<T>(of: Expr<T>, options: CollectOptions): Aggregate<NonNullable<T>[]> {
  checkSettings(options, ['limit'], 'collect(…)');
  const limit = wholeNumber(options.limit, MAX_LIMIT, 'collect(…) has a limit of');
  return aggregateColumn(collectAggregate, { kind: 'collect', limit }, of);
}

export const collectAggregate: AggregateDescriptor<CollectSpec> = {
  kind: 'collect',
  takes: SCALARS,
  takesEvents: false,
  ofNothing: () => [],
  typeOf: () => ({ kind: 'json', nullable: false }),
  needsWindowLength: false,
  operator: ({ limit }, argument) => collectOperator(limit, argument),
  settings: ({ limit }) => `the first ${limit.toLocaleString('en-US')}`,
  approximation: () => null,
  sql({ limit }, { dialect, argument, value: given, eventTime, filterAnd }) {
    const { kind } = argument.type;
    const value = kind === 'string' ? dialect.startOf(given, TOP_TEXT_LENGTH) : given;
    const type = { kind: 'boolean', nullable: false } as const;
    const filter = filterAnd([{ op: 'not', operand: { op: 'isNull', operand: argument, type }, type }]);
    const show = (sql: string) => (kind === 'instant' ? dialect.msToIso(sql) : sql);
    if (dialect.name === 'DuckDB') {
      const listed = `list({'t': ${eventTime}, 'v': ${value}})${filter}`;
      return `to_json(COALESCE(list_transform(list_sort(${listed})[:${limit}], lambda e: ${show('e.v')}), []))`;
    }
    const listed = `array_agg(ROW(${eventTime}, ${value}))${filter}`;
    return `json_format(CAST(COALESCE(transform(slice(array_sort(${listed}), 1, ${limit}), e -> ${show('e[2]')}), ARRAY[]) AS JSON))`;
  },
  largest: () => null,
  overRows: null,
  overWindows: {
    how: 'refuse',
    because: 'lists of several windows are not put together: make a view of longer windows',
  },
};

/** Events by time and value, the earliest first. */
export function collectOperator(limit: number, kind: ValueKind | null): AggregateOperator<RankedState> {
  const ranking = new Ranking(limit, 2, false);
  return {
    create: () => ranking.create(),
    add(state, value, timeMs) {
      ranking.add(state, [timeMs, shortened(storedForm(value))]);
    },
    merge: (into, from) => ranking.merge(into, from),
    encode: (state, out) => ranking.encode(state, out),
    decode: (input) => ranking.decode(input),
    result: ({ first }) => first.map(([, value]) => shown(value as NonNullable<Value>, { kind: kind ?? 'boolean' })),
  };
}
