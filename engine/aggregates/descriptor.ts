import type { ColumnKind } from '../dsl/column-kind.ts';
import type { AggregateSpec } from '../ir/aggregate.ts';
import type { ValueKind, ValueType } from '../ir/node.ts';
import type { AggregateSql } from './aggregate-sql.ts';
import type { AggregateOperator } from './operator.ts';

/**
 * A kind of aggregate: all that the rest needs to know of it. Each is a file of this folder with its function of the
 * definition language, its settings' type, its operator and its descriptor, and a line in `registry.ts`; nothing else
 * decides by the kind. `docs/architecture.md` has a worked example.
 */
export interface AggregateDescriptor<Spec extends AggregateSpec = AggregateSpec> extends ColumnKind<Spec> {
  /** State and result over values of a kind; `argument` is null for events. */
  operator(spec: Spec, argument: ValueKind | null): AggregateOperator;
  /** The settings in words, as `describe` shows them behind the argument; empty where there are none. */
  settings(spec: Spec): string;
  /** Null where the column is exact: rounded once, at the end. */
  approximation(spec: Spec): Approximation | null;
  /**
   * The column as SQL, over the rows of one group.
   *
   * The two meanings part only at the edge of doubles. A sum beyond their range is null in a stream's rows and infinite or
   * NaN in SQL; a mean whose sum is beyond it is a number there and is not in SQL; a variance of values beyond 2^500 is
   * null there, and in SQL the statement can fail. A quantile is exact in SQL, as its approximation says it is not there.
   */
  sql(spec: Spec, column: AggregateSql): string;
  /** The largest magnitude of the column, of numbers up to one; null where that is what its type says. */
  largest(ofArgument: number): number | null;
  readonly overRows: OverRows<Spec> | null;
  /** How the column of several windows follows from those of each, when somebody asks about a longer time. */
  readonly overWindows: OverWindows;
}

/**
 * What a column is over several windows that do not overlap, of the values of each. All that is left of a window is its row, so
 * most columns do not say enough of it.
 */
export type OverWindows =
  | { readonly how: 'sum' | 'max' | 'min' }
  /** Lists of the same buckets, `{ …, count }` each, whose counts are added. */
  | { readonly how: 'sumOfBuckets' }
  /** The value of the earliest or latest window that has one. */
  | { readonly how: 'first' | 'last' }
  /** What one aggregate of the same values is over another, where the view has both; otherwise as where it is refused. */
  | { readonly how: 'ratio'; readonly of: string; readonly to: string; readonly because: string }
  /** The rows do not tell. `because` ends a sentence that begins with the column, and says what would. */
  | { readonly how: 'refuse'; readonly because: string };

/** How an aggregate goes over a group's last rows. Its operator makes a number of the rows' numbers. */
export interface OverRows<Spec extends AggregateSpec> {
  /** The aggregate function of `value`, with `over`, the `OVER (…)` clause, behind it. */
  sql(spec: Spec, value: string, over: string): string;
}

/** How far off a column may be. */
export type Approximation =
  /**
   * By no more than this share of the exact value, and not at all while a group has at most `exactUpTo` different values.
   * The share doubles where a group's values are spread too wide for it.
   */
  | { readonly kind: 'bounded'; readonly relativeError: number; readonly exactUpTo: number }
  /** By a share of the exact value that has this standard deviation. */
  | { readonly kind: 'statistical'; readonly standardError: number };

export const WHOLE_NUMBER: ValueType = { kind: 'number', nullable: false, integer: true };
export const NUMBER: ValueType = { kind: 'number', nullable: false };
