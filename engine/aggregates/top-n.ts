import { type Aggregate, aggregateColumn } from '../dsl/aggregate-column.ts';
import { ORDERED, SCALARS } from '../dsl/column-kind.ts';
import { checkSettings, wholeNumber } from '../dsl/settings.ts';
import type { Expr, ValueOf } from '../dsl/types.ts';
import { type JsonValue, toJson, type Value } from '../ir/node.ts';
import { formatInstant } from '../time/instant.ts';
import type { Ordered } from './arg-extreme.ts';
import { storedForm } from './compare-values.ts';
import type { AggregateDescriptor } from './descriptor.ts';
import type { AggregateOperator } from './operator.ts';
import { filterOfPairs, PAIRS, type PartType, pairExpression, pairOf, typeOfPart } from './pair.ts';
import { type RankedState, Ranking } from './ranked.ts';
import { shortened, TOP_TEXT_LENGTH } from './top-k.ts';

export interface TopNSpec {
  readonly kind: 'topN';
  readonly n: number;
  readonly of: PartType;
  readonly by: PartType;
}

export interface TopNOptions<B extends Ordered = Ordered> {
  /** What events are ranked by: a number, a text or a timestamp. */
  readonly by: B;
  /** How many events at most: 1 to 100. */
  readonly n: number;
}

/** An event that `topN` lists. */
export interface RankedValue<T, B> {
  readonly value: T;
  readonly by: B;
}

/** Rows stay small. */
const MAX_N = 100;

/**
 * A value of each of the `n` events in which `by` is greatest, the greatest first, and what it is: `[{ value, by }]`, with instants as
 * text. Of several that are as great, the latest come first. Events in which one of the two is null are passed over, and texts are cut
 * to their first 500 characters. Of nothing: an empty list.
 */
export function topN<T, B extends Ordered>(
  of: Expr<T>,
  options: TopNOptions<B>,
): Aggregate<RankedValue<NonNullable<T>, NonNullable<ValueOf<B>>>[]> {
  const where = 'topN(…)';
  checkSettings(options, ['by', 'n'], where);
  const n = wholeNumber(options.n, MAX_N, `${where} has an n of`);
  const spec = { kind: 'topN', n, of: typeOfPart(of, where), by: typeOfPart(options.by, where) } as const;
  return aggregateColumn(topNAggregate, spec, pairExpression(where, [of, SCALARS], [options.by, ORDERED]));
}

export const topNAggregate: AggregateDescriptor<TopNSpec> = {
  kind: 'topN',
  takes: PAIRS,
  takesEvents: false,
  ofNothing: () => [],
  typeOf: () => ({ kind: 'json', nullable: false }),
  needsWindowLength: false,
  operator: (spec) => topNOperator(spec),
  settings: ({ n }) => `the first ${n}`,
  approximation: () => null,
  sql({ n, of, by }, column) {
    const { dialect, eventTime } = column;
    const [value, rank] = column.operands as [string, string];
    const cut = (sql: string, { kind }: PartType) => (kind === 'string' ? dialect.startOf(sql, TOP_TEXT_LENGTH) : sql);
    const show = (sql: string, { kind }: PartType) => (kind === 'instant' ? dialect.msToIso(sql) : sql);
    const filter = filterOfPairs(column);
    if (dialect.name === 'DuckDB') {
      const listed = `list({'b': ${cut(rank, by)}, 't': ${eventTime}, 'v': ${cut(value, of)}})${filter}`;
      const part = dialect.jsonPart({ value: show('e.v', of), by: show('e.b', by) });
      return `to_json(COALESCE(list_transform(list_sort(${listed}, 'DESC')[:${n}], lambda e: ${part}), []))`;
    }
    const listed = `array_agg(ROW(${cut(rank, by)}, ${eventTime}, ${cut(value, of)}))${filter}`;
    const part = dialect.jsonPart({ value: show('e[3]', of), by: show('e[1]', by) });
    return `json_format(CAST(COALESCE(transform(slice(reverse(array_sort(${listed})), 1, ${n}), e -> ${part}), ARRAY[]) AS JSON))`;
  },
  largest: () => null,
  overRows: null,
  overWindows: {
    how: 'refuse',
    because: 'lists of several windows are not put together: make a view of longer windows',
  },
};

export function topNOperator({ n, of, by }: TopNSpec): AggregateOperator<RankedState> {
  const ranking = new Ranking(n, 3, true);
  return {
    create: () => ranking.create(),
    add(state, pair, timeMs) {
      const [value, rank] = pairOf(pair);
      ranking.add(state, [shortened(storedForm(rank)), timeMs, shortened(storedForm(value))]);
    },
    merge: (into, from) => ranking.merge(into, from),
    encode: (state, out) => ranking.encode(state, out),
    decode: (input) => ranking.decode(input),
    result: ({ first }) =>
      first.map(([rank, , value]) => ({
        value: shown(value as NonNullable<Value>, of),
        by: shown(rank as NonNullable<Value>, by),
      })),
  };
}

/** A value as a list shows it. */
export function shown(value: NonNullable<Value>, { kind }: PartType): JsonValue {
  return kind === 'instant' ? formatInstant(value as number) : toJson(value);
}
