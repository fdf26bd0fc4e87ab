import type { AggregateDefinition, AggregateSpec } from '../ir/aggregate.ts';
import { DefinitionError } from '../ir/errors.ts';
import { containsRolling, type ExpressionNode, type RollingSpec, type ValueType } from '../ir/node.ts';
import { conditionOf, Expression, nodeOf } from './build.ts';
import { checkSettings, oneOf, wholeNumber } from './settings.ts';
import type { Instant } from './shape.ts';
import type { Condition, Expr, Nil, NumberExpr } from './types.ts';

declare const AGGREGATE: unique symbol;

/** A column made of many events. `T` is the column's type; `E` is what a `where` adds to it when no event passes. */
export interface Aggregate<out T = unknown, out E = never> {
  readonly [AGGREGATE]: [T, E];
  /** Only events for which the condition is true are aggregated. */
  where(condition: Condition): Aggregate<T | E, E>;
  /**
   * In a row's `derive`, of `mean`, `sum`, `min`, `max`, `stddev` and `variance` of a number: over the group's last rows,
   * this one included. SQL says `OVER (PARTITION BY groups ORDER BY window_start ROWS BETWEEN n − 1 PRECEDING AND CURRENT ROW)`.
   *
   * @example .derive((row) => ({ smooth: mean(row.views).over({ windows: 10 }) }))
   */
  over(this: Aggregate<number | null, unknown>, frame: { readonly windows: number }): NumberExpr<number | null>;
}

/** Different values that `countDistinct` and `topK` hold for one group and window, unless they are told another limit. */
export const DEFAULT_DISTINCT_LIMIT = 10_000;
export const MAX_DISTINCT_LIMIT = 1_000_000;

/** Rows that a rolling aggregate goes over at most: each group's last values are kept. */
const MAX_ROLLING_WINDOWS = 500;
const ROLLING: readonly RollingSpec['kind'][] = ['mean', 'sum', 'min', 'max', 'stddev', 'variance'];

function isRolling(spec: AggregateSpec): spec is RollingSpec {
  return (ROLLING as readonly string[]).includes(spec.kind);
}

/** The definition of an aggregate, as data. */
export class AggregateColumn implements AggregateDefinition {
  readonly spec: AggregateSpec;
  /** Null counts events, whatever is in them. */
  readonly argument: ExpressionNode | null;
  readonly condition: ExpressionNode | null;

  constructor(spec: AggregateSpec, argument: ExpressionNode | null, condition: ExpressionNode | null = null) {
    this.spec = spec;
    this.argument = argument;
    this.condition = condition;
  }

  where(condition: unknown): AggregateColumn {
    if (this.condition) {
      throw new DefinitionError(`${this.spec.kind}(…) has two .where(…): write one, with a.and(b).`);
    }
    return new AggregateColumn(this.spec, this.argument, conditionOf(condition, `${this.spec.kind}(…).where()`));
  }

  over(frame: { readonly windows: number }): Expression {
    const { kind } = this.spec;
    const where = `${kind}(…).over(…)`;
    checkSettings(frame, ['windows'], where);
    if (!isRolling(this.spec) || this.argument === null) {
      throw new DefinitionError(`${where}: only ${ROLLING.join(', ')} go over a group's last rows.`);
    }
    if (this.condition) {
      throw new DefinitionError(`${where}: an aggregate over rows has no .where(…): it takes every row.`);
    }
    if (this.argument.type.kind !== 'number' || containsRolling(this.argument)) {
      throw new DefinitionError(
        `${where}: it takes a number of the row itself, and not one that goes over rows again.`,
      );
    }
    const { windows } = frame;
    if (!Number.isSafeInteger(windows) || windows < 2 || windows > MAX_ROLLING_WINDOWS) {
      throw new DefinitionError(
        `${where}: windows is ${windows}: it must be a whole number from 2 to ${MAX_ROLLING_WINDOWS}.`,
      );
    }
    const type = kind === 'sum' ? this.type : { ...this.type, nullable: true };
    return new Expression({ op: 'rolling', spec: this.spec, operand: this.argument, windows, type });
  }

  /** The column's type: a count or a sum of nothing is 0, anything else of nothing is null. */
  get type(): ValueType {
    const nullable = this.condition !== null || (this.argument?.type.nullable ?? false);
    switch (this.spec.kind) {
      case 'count':
      case 'approxCountDistinct':
        return { kind: 'number', nullable: false, integer: true };
      case 'countDistinct':
        return { kind: 'number', nullable: true, integer: true };
      case 'sum':
        return { kind: 'number', nullable: false, ...(this.argument?.type.integer && { integer: true }) };
      case 'mean':
        return { kind: 'number', nullable };
      case 'rate':
        return { kind: 'number', nullable: false };
      case 'quantile':
        return { kind: 'number', nullable: true };
      case 'topK':
        return { kind: 'json', nullable: true };
      case 'histogram':
        return { kind: 'json', nullable: false };
      case 'variance':
      case 'stddev':
        return { kind: 'number', nullable: nullable || this.spec.of === 'sample' };
      default:
        return { ...(this.argument?.type ?? { kind: 'json' }), nullable };
    }
  }
}

export type Num = NumberExpr<number | null>;
type Spread = { readonly of: 'sample' | 'population' };
type Ordered = string | number | Instant | null;

/** Events, or where an expression is given, events in which it is not null. Of nothing: 0. */
export function count(of?: Expr): Aggregate<number> {
  return column({ kind: 'count' }, of);
}

/** Exact, whatever the order: rounded once, at the end. Of nothing: 0. */
export function sum(of: Num): Aggregate<number> {
  return column({ kind: 'sum' }, of, 'number');
}

/**
 * Events a second over the window's length, or where an expression is given, its sum a second. A session is as long as its
 * row says, from `window_start` to `window_end`. Of nothing: 0.
 */
export function rate(of?: Num): Aggregate<number> {
  return column({ kind: 'rate' }, of, 'number');
}

/** The arithmetic mean of the values that are not null. Of nothing: null. */
export function mean<T extends number | null>(of: NumberExpr<T>): Aggregate<number | Nil<T>, null> {
  return column({ kind: 'mean' }, of, 'number');
}

/** The least number, text (by code point) or instant. Of nothing: null. */
export function min<T extends Ordered>(of: Expr<T>): Aggregate<T, null> {
  return column({ kind: 'min' }, of, 'ordered');
}

/** The greatest number, text (by code point) or instant. Of nothing: null. */
export function max<T extends Ordered>(of: Expr<T>): Aggregate<T, null> {
  return column({ kind: 'max' }, of, 'ordered');
}

/** The value, not null, of the earliest event; of several at the same time, the least one. Of nothing: null. */
export function first<T>(of: Expr<T>): Aggregate<T, null> {
  return column({ kind: 'first' }, of, 'value');
}

/** The value, not null, of the latest event; of several at the same time, the greatest one. Of nothing: null. */
export function last<T>(of: Expr<T>): Aggregate<T, null> {
  return column({ kind: 'last' }, of, 'value');
}

/** A sample's variance divides by n − 1 and is null for fewer than two values; a population's divides by n. */
export function variance(of: Num, options?: Spread): Aggregate<number | null, null> {
  return column({ kind: 'variance', of: spreadOf(options, 'variance(…)') }, of, 'number');
}

/** The square root of `variance`. */
export function stddev(of: Num, options?: Spread): Aggregate<number | null, null> {
  return column({ kind: 'stddev', of: spreadOf(options, 'stddev(…)') }, of, 'number');
}

function spreadOf(options: Spread = { of: 'sample' }, where: string): Spread['of'] {
  checkSettings(options, ['of'], where);
  return oneOf(options.of, ['sample', 'population'], `${where}: of`);
}

/**
 * How many different values, exactly. Keeps every value, so it has a limit for each group and window, 10,000 unless
 * set: beyond it the column is null, never a wrong number. For more values, use `approxCountDistinct`.
 */
export function countDistinct(of: Expr, options: { readonly limit?: number } = {}): Aggregate<number | null> {
  checkSettings(options, ['limit'], 'countDistinct(…)');
  const limit = wholeNumber(
    options.limit ?? DEFAULT_DISTINCT_LIMIT,
    MAX_DISTINCT_LIMIT,
    'countDistinct(…) has a limit of',
  );
  return column({ kind: 'countDistinct', limit }, of, 'value');
}

/** How many different values, within a relative standard error of 0.81 % (HyperLogLog with 2^14 registers). */
export function approxCountDistinct(of: Expr): Aggregate<number> {
  return column({ kind: 'approxCountDistinct' }, of, 'value');
}

export function column<T, E>(
  spec: AggregateSpec,
  of: Expr | undefined,
  needs?: 'number' | 'ordered' | 'value',
): Aggregate<T, E> {
  const ofEvents = of === undefined && (spec.kind === 'count' || spec.kind === 'rate');
  const argument = ofEvents ? null : nodeOf(of, `${spec.kind}(…)`);
  const kind = argument?.type.kind;
  const fits =
    ofEvents ||
    needs === undefined ||
    (needs === 'number' && kind === 'number') ||
    (needs === 'ordered' && kind !== 'json' && kind !== 'boolean') ||
    (needs === 'value' && kind !== 'json');
  if (!fits) {
    throw new DefinitionError(
      `${spec.kind}(…) was given a ${kind}, and needs a ${needs === 'ordered' ? 'number, text or instant' : needs === 'value' ? 'number, text, boolean or instant' : needs}.`,
    );
  }
  // The phantom property of the public type exists for the compiler alone.
  return new AggregateColumn(spec, argument) as unknown as Aggregate<T, E>;
}
