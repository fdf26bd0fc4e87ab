import type { AggregateDefinition, AggregateSpec } from '../ir/aggregate.ts';
import { DefinitionError } from '../ir/errors.ts';
import { type ExpressionNode, goesOverRows, type ValueType } from '../ir/node.ts';
import { conditionOf, type Expression, nodeOf } from './build.ts';
import { type ColumnKind, checkArgument, columnType } from './column-kind.ts';
import { WORDS } from './given.ts';
import { recordMade, recordUsed } from './recorder.ts';
import { valueOfRows } from './row-operator.ts';
import { checkSettings } from './settings.ts';
import type { Condition, Expr, NumberExpr } from './types.ts';

declare const AGGREGATE: unique symbol;

/** A column made of many events. `T` is the column's type; `E` is what a `where` adds to it when no event passes. */
export interface Aggregate<out T = unknown, out E = never> {
  readonly [AGGREGATE]: [T, E];
  /** Only events for which the condition is true are aggregated. */
  where(condition: Condition): Aggregate<T | E, E>;
  /**
   * In a row's `derive`, of an aggregate of a number such as `mean` or `sum`: over the group's last rows, this one
   * included. SQL says `OVER (PARTITION BY groups ORDER BY window_start ROWS BETWEEN n − 1 PRECEDING AND CURRENT ROW)`.
   *
   * @example .derive((row) => ({ smooth: mean(row.views).over({ windows: 10 }) }))
   */
  over(this: Aggregate<number | null, unknown>, frame: { readonly windows: number }): NumberExpr<number | null>;
}

/** Rows that a rolling aggregate goes over at most: each group's last values are kept. */
const MAX_ROLLING_WINDOWS = 500;

/** The definition of an aggregate, as data. */
export class AggregateColumn implements AggregateDefinition {
  readonly kind: ColumnKind;
  readonly spec: AggregateSpec;
  /** Null counts events, whatever is in them. */
  readonly argument: ExpressionNode | null;
  readonly condition: ExpressionNode | null;

  /** Throws a `DefinitionError` where the aggregate does not take such an argument. */
  constructor(
    kind: ColumnKind,
    spec: AggregateSpec,
    argument: ExpressionNode | null,
    condition: ExpressionNode | null = null,
  ) {
    checkArgument(kind, argument?.type ?? null);
    this.kind = kind;
    this.spec = spec;
    this.argument = argument;
    this.condition = condition;
    recordMade(this, `${this[WORDS]} is made`);
  }

  get [WORDS](): string {
    return `the aggregate ${this.spec.kind}(…)`;
  }

  /** Of an aggregate that the running callback uses. One of events alone has no fields, and can be made anywhere. */
  recordUsed(): void {
    if (this.argument === null && this.condition === null) recordMade(this, `${this[WORDS]} is made`);
    recordUsed(this, () => this[WORDS]);
  }

  where(condition: unknown): AggregateColumn {
    const { kind } = this.spec;
    this.recordUsed();
    if (this.condition) throw new DefinitionError(`${kind}(…) has two .where(…): write one, with a.and(b).`);
    return new AggregateColumn(this.kind, this.spec, this.argument, conditionOf(condition, `${kind}(…).where()`));
  }

  over(frame: { readonly windows: number }): Expression {
    const where = `${this.spec.kind}(…).over(…)`;
    this.recordUsed();
    checkSettings(frame, ['windows'], where);
    const { argument } = this;
    if (this.kind.overRows === null || argument === null) {
      throw new DefinitionError(`${where}: it does not go over a group's last rows, as mean(row.x) and sum(row.x) do.`);
    }
    if (this.condition) {
      throw new DefinitionError(`${where}: an aggregate over rows has no .where(…): it takes every row.`);
    }
    if (argument.type.kind !== 'number' || goesOverRows(argument)) {
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
    // Any of the rows' values can be null, whatever its type says.
    const type = columnType(this.kind, this.spec, argument.type, true);
    return valueOfRows({
      kind: 'rolling',
      parameters: { aggregate: this.spec, windows },
      operands: [argument],
      type,
    });
  }

  get type(): ValueType {
    return this.#typeWhere(this.condition !== null);
  }

  /** The column in a view that has rows of windows without events. */
  ofEmptyWindows(): AggregateDefinition {
    const { spec, argument, condition } = this;
    return { spec, argument, condition, type: this.#typeWhere(true) };
  }

  #typeWhere(canBeOfNothing: boolean): ValueType {
    return columnType(this.kind, this.spec, this.argument?.type ?? null, canBeOfNothing);
  }
}

/** The column that an aggregate's function gives. `of` is undefined for events, where the kind takes them. */
export function aggregateColumn<T, E, Spec extends AggregateSpec>(
  kind: ColumnKind<Spec>,
  spec: Spec,
  of: Expr | undefined,
): Aggregate<T, E> {
  const argument = of === undefined && kind.takesEvents ? null : nodeOf(of, `${kind.kind}(…)`);
  // The phantom property of the public type exists for the compiler alone.
  return new AggregateColumn(kind, spec, argument) as unknown as Aggregate<T, E>;
}
