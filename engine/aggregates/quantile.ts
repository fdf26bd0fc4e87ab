import { type Aggregate, aggregateColumn } from '../dsl/aggregate-column.ts';
import { NUMBERS } from '../dsl/column-kind.ts';
import { checkSettings } from '../dsl/settings.ts';
import type { Num } from '../dsl/types.ts';
import { DefinitionError } from '../ir/errors.ts';
import type { DialectName } from './aggregate-sql.ts';
import { type AggregateDescriptor, NUMBER } from './descriptor.ts';
import type { AggregateOperator } from './operator.ts';
import { readSketch, writeSketch } from './quantile-codec.ts';
import { limitsFor, MAX_EXACT, QuantileSketch, type SketchLimits } from './quantile-sketch.ts';

export interface QuantileSpec {
  readonly kind: 'quantile';
  readonly q: number;
  readonly relativeError: number;
}

export interface QuantileOptions {
  /** The share of all numbers that the quantile is not exceeded by, from 0 (the least) to 1 (the greatest). */
  readonly q: number;
  /** How far off the quantile of many different numbers may be, as a share of it: from 0.001 to 0.1. 0.01 unless set. */
  readonly relativeError?: number;
}

const DEFAULT_RELATIVE_ERROR = 0.01;

/**
 * The least number that a share of `q` of all numbers do not exceed (`percentile_disc` in SQL): exact while a group and
 * window has at most 256 different numbers, then within 1 % of it unless another `relativeError` is set. The least and the
 * greatest number are always exact.
 *
 * Beyond 256 it counts numbers in bins, 4,096 at most for each group and window. At 1 % these are enough for numbers that
 * fill 19 powers of ten. Each time that the numbers need more, the bins become twice as wide, and the error doubles.
 * Of nothing: null.
 *
 * @example { p95: quantile(e.latency_ms, 0.95), p999: quantile(e.latency_ms, { q: 0.999, relativeError: 0.002 }) }
 */
export function quantile(of: Num, options: number | QuantileOptions): Aggregate<number | null, null> {
  const settings = typeof options === 'number' ? { q: options } : options;
  checkSettings(settings, ['q', 'relativeError'], 'quantile(…)');
  const { q, relativeError = DEFAULT_RELATIVE_ERROR } = settings;
  if (!(q >= 0 && q <= 1)) {
    throw new DefinitionError(`quantile(…) has a q of ${q}: it must be a number from 0 to 1, such as 0.95.`);
  }
  if (!(relativeError >= 0.001 && relativeError <= 0.1)) {
    throw new DefinitionError(
      `quantile(…) has a relativeError of ${relativeError}: it must be a number from 0.001 to 0.1.`,
    );
  }
  return aggregateColumn(quantileAggregate, { kind: 'quantile', q, relativeError }, of);
}

/** The quantile for `percent` / 100: `percentile(e.latency_ms, 95)`. */
export function percentile(of: Num, percent: number): Aggregate<number | null, null> {
  if (!(percent >= 0 && percent <= 100)) {
    throw new DefinitionError(`percentile(…) has a percent of ${percent}: it must be a number from 0 to 100.`);
  }
  // Dividing 99.9 by 100 leaves 0.9990000000000001.
  return quantile(of, Number((percent / 100).toPrecision(15)));
}

/** The quantile that half of all numbers do not exceed; of an even number of them the lower of the two in the middle. */
export function median(of: Num): Aggregate<number | null, null> {
  return quantile(of, 0.5);
}

export const quantileAggregate: AggregateDescriptor<QuantileSpec> = {
  kind: 'quantile',
  takes: NUMBERS,
  takesEvents: false,
  ofNothing: () => null,
  typeOf: () => ({ ...NUMBER, nullable: true }),
  needsWindowLength: false,
  operator: ({ q, relativeError }) => quantileOperator(q, relativeError),
  settings: ({ q, relativeError }) => `${q}, within ${Number((relativeError * 100).toPrecision(15))} %`,
  approximation: ({ relativeError }) => ({ kind: 'bounded', relativeError, exactUpTo: MAX_EXACT }),
  sql: ({ q }, { dialect, value, filter, number }) => EXACT[dialect.name](value, number(q), filter),
  largest: (ofArgument) => ofArgument,
  overRows: null,
  overWindows: {
    how: 'refuse',
    because: 'quantiles of windows say nothing of the values between them: make a view of longer windows',
  },
};

const EXACT: Readonly<Record<DialectName, (value: string, share: string, filter: string) => string>> = {
  DuckDB: (value, share, filter) => `quantile_disc(${value}, ${share})${filter}`,
  // Trino has no exact quantile. Nulls are sorted last, and not counted.
  Athena(value, share, filter) {
    const count = `count(${value})${filter}`;
    const rank = `greatest(1, ${count} - CAST(floor(${count} - ${share} * ${count}) AS BIGINT))`;
    return `element_at(array_sort(array_agg(${value})${filter}), ${rank})`;
  },
};

/** The least number that a share of `q` of all numbers do not exceed: see `QuantileSketch`. Null of nothing. */
export function quantileOperator(
  q: number,
  relativeError: number,
  limits: SketchLimits = limitsFor(relativeError),
): AggregateOperator<QuantileSketch> {
  return {
    create: () => new QuantileSketch(limits),
    add(state, value) {
      state.add(Number(value));
    },
    merge(into, from) {
      into.merge(from);
    },
    encode(state, out) {
      writeSketch(state, limits, out);
    },
    decode: (input) => readSketch(input, limits),
    result: (state) => state.quantile(q),
  };
}
