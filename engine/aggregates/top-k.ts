import type { ByteReader } from '../bytes/byte-reader.ts';
import { CodecError } from '../bytes/errors.ts';
import { readValue, writeValue } from '../bytes/value-codec.ts';
import { type Aggregate, aggregateColumn } from '../dsl/aggregate-column.ts';
import { SCALARS } from '../dsl/column-kind.ts';
import { wholeNumber } from '../dsl/settings.ts';
import type { Expr } from '../dsl/types.ts';
import { toJson, type Value } from '../ir/node.ts';
import { formatInstant } from '../time/instant.ts';
import type { AggregateDialect, DialectName } from './aggregate-sql.ts';
import { compareValues, storedForm } from './compare-values.ts';
import type { AggregateDescriptor } from './descriptor.ts';
import { type DistinctOptions, distinctLimit, limitInWords } from './distinct-limit.ts';
import type { AggregateOperator } from './operator.ts';

export interface TopKSpec {
  readonly kind: 'topK';
  readonly k: number;
  readonly limit: number;
}

/** Values that `topK` lists at most, so that rows stay small. */
const MAX_K = 100;

/** A value that `topK` lists. */
export interface TopValue<T> {
  readonly value: T;
  readonly count: number;
  /** By how much the count may be off. Counts are exact, so that it is 0. */
  readonly error: number;
}

/**
 * The `k` most frequent values (at most 100) and how often they came, the most frequent first and of two as frequent the
 * lesser one: `[{ value, count, error }]`, with instants as text. The counts are exact, so that `error` is 0. It counts
 * every value, so it has a limit of different ones for each group and window, 10,000 unless set: null beyond, never a
 * wrong list. Texts are told apart by their first 500 characters. Of nothing: an empty list.
 */
export function topK<T>(
  of: Expr<T>,
  k: number,
  options: DistinctOptions = {},
): Aggregate<TopValue<NonNullable<T>>[] | null> {
  const limit = distinctLimit(options, 'topK(…)');
  wholeNumber(k, MAX_K, 'topK(…) has a k of');
  return aggregateColumn(topKAggregate, { kind: 'topK', k, limit }, of);
}

export const topKAggregate: AggregateDescriptor<TopKSpec> = {
  kind: 'topK',
  takes: SCALARS,
  takesEvents: false,
  ofNothing: () => [],
  typeOf: () => ({ kind: 'json', nullable: true }),
  needsWindowLength: false,
  operator: ({ k, limit }, argument) => topKOperator(k, limit, argument === 'instant'),
  settings: (spec) => `${spec.k}, ${limitInWords(spec)}`,
  approximation: () => null,
  sql({ k, limit }, { dialect, argument, value: given, filter }) {
    const { kind } = argument.type;
    const value = kind === 'string' ? dialect.startOf(given, TOP_TEXT_LENGTH) : given;
    const show = (key: string) => (kind === 'instant' ? dialect.msToIso(key) : key);
    const top = TOP[dialect.name](`histogram(${value})${filter}`, k, show, dialect);
    return `CASE WHEN count(DISTINCT ${value})${filter} <= ${limit} THEN ${top} END`;
  },
  largest: () => null,
  overRows: null,
  overWindows: {
    how: 'refuse',
    because: 'a value that is on no list may be frequent over all of them: make a view of longer windows',
  },
};

/**
 * JSON list of objects with value, count and error 0, of a map of values to their counts: the most frequent ones, of two as
 * frequent the lesser. `show` turns a value into what the list shows.
 */
type Top = (counts: string, k: number, show: (value: string) => string, dialect: AggregateDialect) => string;

const TOP: Readonly<Record<DialectName, Top>> = {
  DuckDB: (counts, k, show, dialect) =>
    [
      'to_json(COALESCE(list_transform(',
      `  list_sort(list_transform(map_entries(${counts}), lambda e: {'n': -CAST(e.value AS BIGINT), 'v': e.key}))[:${k}],`,
      `  lambda e: ${dialect.jsonPart({ value: show('e.v'), count: '-e.n', error: '0' })}`,
      '), []))',
    ].join('\n'),
  Athena: (counts, k, show, dialect) =>
    [
      'json_format(CAST(COALESCE(transform(',
      `  slice(array_sort(transform(map_entries(${counts}), e -> ROW(-e[2], e[1]))), 1, ${k}),`,
      `  e -> ${dialect.jsonPart({ value: show('e[2]'), count: '-e[1]', error: '0' })}`,
      '), ARRAY[]) AS JSON))',
    ].join('\n'),
};

/** How often each value was seen; null once the values are more than the limit. */
export interface ValueCounts {
  counts: Map<NonNullable<Value>, number> | null;
}

/** Only this many first code points tell texts apart, so that rows stay small. */
export const TOP_TEXT_LENGTH = 500;

/**
 * The `k` most frequent values with their counts, the most frequent first and of two as frequent the lesser one. Exact
 * up to `limit` different values, null beyond it. Of nothing: an empty list.
 *
 * The sketches for this (Misra-Gries, Space-Saving) hold few counters and say how far off they may be, but which values
 * they hold depends on the order of the events and on where batches are cut. A row must not, so every value is counted,
 * and no count has an error.
 */
export function topKOperator(k: number, limit: number, ofInstants: boolean): AggregateOperator<ValueCounts> {
  return {
    create: () => ({ counts: new Map() }),
    add(state, value) {
      count(state, shortened(storedForm(value)), 1, limit);
    },
    merge(into, from) {
      if (from.counts === null) into.counts = null;
      else for (const [value, more] of from.counts) count(into, value, more, limit);
    },
    /**
     * A varint: 0 for "beyond the limit", otherwise 1 + the number of values; then each value with a varint of its
     * count.
     */
    encode({ counts }, out) {
      out.varint(counts === null ? 0 : counts.size + 1);
      if (counts === null) return;
      for (const [value, count] of counts) {
        writeValue(out, value);
        out.varint(count);
      }
    },
    decode: (input) => ({ counts: readCounts(input, limit) }),
    result({ counts }) {
      if (counts === null) return null;
      return [...counts]
        .sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || compareValues(a, b))
        .slice(0, k)
        .map(([value, count]) => ({
          value: ofInstants ? formatInstant(value as number) : toJson(value),
          count,
          error: 0,
        }));
    },
  };
}

function count(state: ValueCounts, value: NonNullable<Value>, more: number, limit: number): void {
  if (state.counts === null) return;
  const before = state.counts.get(value);
  state.counts.set(value, (before ?? 0) + more);
  if (before === undefined && state.counts.size > limit) state.counts = null;
}

/** A text's first code points, as many as are told apart; any other value. */
export function shortened(stored: NonNullable<Value>): NonNullable<Value> {
  if (typeof stored !== 'string' || stored.length <= TOP_TEXT_LENGTH) return stored;
  // A code point takes one or two units.
  return [...stored.slice(0, 2 * TOP_TEXT_LENGTH)].slice(0, TOP_TEXT_LENGTH).join('');
}

function readCounts(input: ByteReader, limit: number): Map<NonNullable<Value>, number> | null {
  const size = input.varint() - 1;
  if (size < 0) return null;
  if (size > limit) throw new CodecError(`Stored counts of values announce ${size} values; the limit is ${limit}.`);
  const counts = new Map<NonNullable<Value>, number>();
  for (let i = 0; i < size; i++) {
    const value = readValue(input);
    const count = input.varint();
    if (value === null || counts.has(value) || count === 0) {
      throw new CodecError('Stored counts of values hold null, a value twice, or one that never came.');
    }
    counts.set(value, count);
  }
  return counts;
}
