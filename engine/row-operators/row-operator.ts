import type { StateCodec } from '../bytes/state-codec.ts';
import type { AnyRowOperatorNode, ColumnValue, Value, ValueType } from '../ir/node.ts';
import type { RowWindow } from '../ir/window.ts';

/**
 * State of one group that is carried from row to row: what a column says of a row in the light of those before it.
 *
 * A group's rows come in the order of their windows, each once, and between them the windows in which it has none. The
 * same rows give the same columns to the last bit, whoever computes them when: an operator has no clock and no chance, and
 * its state is in its codec as a whole. A state that was stored and read again goes on as the one that was not.
 *
 * @example
 * const change = changeKind.compile({ windows: 1 }, [{ kind: 'number', nullable: false }]);
 * const state = change.create();
 * change.step(state, [10], monday);  // { absolute: null, percent: null, from: null }
 * change.step(state, [15], tuesday); // { absolute: 5, percent: 50, from: 10 }
 * change.skip(state, 1);             // no row on Wednesday
 */
export interface RowOperator<State = unknown> extends StateCodec<State> {
  /** What `encode` writes at most: the state of a group is bounded. */
  readonly maxStateBytes: number;
  create(): State;
  /** Takes a row in, and gives what the column is there: one value, or an object with each field of the struct. */
  step(state: State, operands: readonly Operand[], window: RowWindow): ColumnValue;
  /** Takes in that the group has no row in so many windows, one after the other, at least one. */
  skip(state: State, windows: number): void;
}

/** A value of the row. Row operators calculate, on doubles: a whole number beyond 2^53 is the nearest one. */
export type Operand = Exclude<Value, bigint>;

/** What an operator is told of an operand. */
export interface OperandType extends ValueType {
  /** Of a count, which is never below zero. Only words depend on it: it is no part of the fingerprint. */
  readonly isCount?: boolean;
}

type Parameters = AnyRowOperatorNode['parameters'];

/** One kind of row operator: all that the rest of the engine needs to know of it. `P` are its parameters, as data. */
export interface RowOperatorKind<P = Parameters> {
  readonly kind: string;
  /** Raised where the same rows and parameters give another state or another column: views with it then start over. */
  readonly version: number;
  /** `slideMs`: from one window's start to the next one's. Throws a `DefinitionError` where the operator cannot go with it. */
  compile(parameters: P, operands: readonly OperandType[], slideMs: number): RowOperator;
  /** The operator as a person says it. `operands` are in words already. */
  words(parameters: P, operands: readonly string[]): string;
  /**
   * The operator as SQL over the rows of a view: of a struct each field. Not given where SQL cannot say it: statements
   * leave the column out.
   */
  sql?(parameters: P, rows: RowsInSql): string | Readonly<Record<string, string>>;
  /** Fields of its struct that SQL cannot say, and what each is: statements leave them out. */
  readonly unsaid?: Readonly<Record<string, string>>;
  /** Whether SQL can say it with these parameters and operands. Not given: with all. */
  hasSql?(node: AnyRowOperatorNode): boolean;
  /** The largest magnitude of its numbers, of operands up to a magnitude; Number.MAX_VALUE where that is not given. */
  largest?(parameters: P, ofOperand: number): number;
  /** What the view's fingerprint is made of. Where it is not given: kind, version, parameters and operands. */
  facts?(node: AnyRowOperatorNode): object;
}

/** What an operator's SQL is made of. */
export interface RowsInSql {
  readonly operands: readonly string[];
  /** `PARTITION BY … ORDER BY` a window's number: of most kinds "window_start", which is in milliseconds. */
  readonly overRows: string;
  /** From one window's number to the next one's. */
  readonly step: number;
  /** From one window's start to the next one's, as a rule. */
  readonly slideMs: number;
  /** A double, or null where it is infinite. */
  finite(double: string): string;
}
