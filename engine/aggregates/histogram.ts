import { type Aggregate, aggregateColumn } from '../dsl/aggregate-column.ts';
import { NUMBERS } from '../dsl/column-kind.ts';
import { checkSettings, wholeNumber } from '../dsl/settings.ts';
import type { Num } from '../dsl/types.ts';
import { DefinitionError } from '../ir/errors.ts';
import type { ExpressionNode } from '../ir/node.ts';
import type { AggregateSql } from './aggregate-sql.ts';
import type { AggregateDescriptor } from './descriptor.ts';
import type { AggregateOperator } from './operator.ts';

export interface HistogramSpec {
  readonly kind: 'histogram';
  readonly bounds: readonly number[];
}

/** Buckets of a histogram between its first and its last bound at most. */
const MAX_BUCKETS = 100;

/** How many numbers `histogram` found in `[from, to)`; below the first bound `from` is null, from the last one on `to`. */
export interface HistogramBucket {
  readonly from: number | null;
  readonly to: number | null;
  readonly count: number;
}

/** The bounds themselves, ascending; or those of `buckets` equal buckets from one number to another. */
export type HistogramOptions =
  | {
      /** Ascending, at most 101. */
      readonly bounds: readonly number[];
    }
  | {
      /** Where the first bucket begins. */
      readonly from: number;
      /** Where the last bucket ends. */
      readonly to: number;
      /** How many buckets of one size: at most 100. */
      readonly buckets: number;
    };

/**
 * How many numbers are in each bucket between fixed bounds, and below and above all of them:
 * `[{ from: null, to: 10, count }, { from: 10, to: 100, count }, { from: 100, to: null, count }]` for the bounds 10 and
 * 100. A bucket holds its `from` and not its `to`. All buckets are listed; of nothing, each with 0.
 *
 * @example histogram(e.celsius, { from: -20, to: 40, buckets: 12 })
 */
export function histogram(of: Num, options: HistogramOptions): Aggregate<HistogramBucket[]> {
  return aggregateColumn(histogramAggregate, { kind: 'histogram', bounds: boundsOf(options) }, of);
}

export const histogramAggregate: AggregateDescriptor<HistogramSpec> = {
  kind: 'histogram',
  takes: NUMBERS,
  takesEvents: false,
  ofNothing: ({ bounds }) => bucketsOf(bounds, () => 0),
  typeOf: () => ({ kind: 'json', nullable: false }),
  needsWindowLength: false,
  operator: ({ bounds }) => histogramOperator(bounds),
  settings: ({ bounds }) => `between ${bounds.join(', ')}`,
  approximation: () => null,
  sql: ({ bounds }, column) => histogramInSql(bounds, column),
  largest: () => null,
  overRows: null,
  overWindows: { how: 'sumOfBuckets' },
};

function boundsOf(options: HistogramOptions): readonly number[] {
  const where = 'histogram(…)';
  const isList = typeof options === 'object' && options !== null && 'bounds' in options;
  checkSettings(options, isList ? ['bounds'] : ['from', 'to', 'buckets'], where);
  const bounds = isList ? options.bounds : equalBounds(options);
  if (!Array.isArray(bounds) || bounds.length < 1 || bounds.length > MAX_BUCKETS + 1) {
    throw new DefinitionError(`${where} needs a list of 1 to ${MAX_BUCKETS + 1} bounds.`);
  }
  bounds.forEach((bound, index) => {
    if (!Number.isFinite(bound) || (index > 0 && bound <= bounds[index - 1])) {
      throw new DefinitionError(
        `${where} has the bounds ${bounds.join(', ')}: they must be numbers, each above the last.`,
      );
    }
  });
  return bounds.map((bound) => bound + 0);
}

function equalBounds({ from, to, buckets }: { from: number; to: number; buckets: number }): number[] {
  wholeNumber(buckets, MAX_BUCKETS, 'histogram(…) has a number of buckets of');
  return Array.from({ length: buckets + 1 }, (_, i) => (i === buckets ? to : from + ((to - from) * i) / buckets));
}

function bucketsOf(bounds: readonly number[], countIn: (bucket: number) => number) {
  return Array.from({ length: bounds.length + 1 }, (_, bucket) => ({
    from: bounds[bucket - 1] ?? null,
    to: bounds[bucket] ?? null,
    count: countIn(bucket),
  }));
}

function histogramInSql(bounds: readonly number[], { dialect, argument, filterAnd, number }: AggregateSql): string {
  const buckets = [...bounds, null].map((to, index) => {
    const from = bounds[index - 1] ?? null;
    const inside = [
      ...(from === null ? [] : [compared(argument, 'gte', from)]),
      ...(to === null ? [] : [compared(argument, 'lt', to)]),
    ];
    return {
      from: from === null ? 'NULL' : number(from),
      to: to === null ? 'NULL' : number(to),
      count: `count(*)${filterAnd(inside)}`,
    };
  });
  return dialect.jsonObjects(buckets);
}

function compared(left: ExpressionNode, operator: 'gte' | 'lt', bound: number): ExpressionNode {
  const right = { op: 'literal', value: bound, type: { kind: 'number', nullable: false } } as const;
  return { op: 'compare', operator, left, right, type: { kind: 'boolean', nullable: left.type.nullable } };
}

/**
 * How many numbers are in each bucket `[from, to)` between ascending bounds, and below the first and from the last one on,
 * where `from` or `to` is null. Always all buckets; of nothing, each with 0.
 */
export function histogramOperator(bounds: readonly number[]): AggregateOperator<number[]> {
  return {
    create: () => new Array(bounds.length + 1).fill(0),
    add(counts, value) {
      counts[bucketOf(Number(value), bounds)]! += 1;
    },
    merge(into, from) {
      for (let bucket = 0; bucket < into.length; bucket++) into[bucket]! += from[bucket] as number;
    },
    /** A varint for each bucket. */
    encode(counts, out) {
      for (const count of counts) out.varint(count);
    },
    decode: (input) => Array.from({ length: bounds.length + 1 }, () => input.varint()),
    result: (counts) => bucketsOf(bounds, (bucket) => counts[bucket] as number),
  };
}

/** How many bounds a number has reached. */
function bucketOf(value: number, bounds: readonly number[]): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value >= (bounds[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}
