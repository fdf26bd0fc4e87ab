import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/errors.ts';
import { compileToFunction } from '../expression/compile-js.ts';
import { DefinitionError } from '../ir/errors.ts';
import { type AnyRowOperatorNode, type ColumnValue, type ExpressionNode, rowOperatorsIn } from '../ir/node.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import type { RowWindow } from '../ir/window.ts';
import { rowOperatorOf } from '../row-operators/registry.ts';
import type { Operand, RowOperator } from '../row-operators/row-operator.ts';
import { usualStepMs } from '../windows/aligned.ts';
import { windowOf } from '../windows/registry.ts';

/** What one group carries at most, stored: it lies in one page, and a page in one item, which holds 400 KB. */
const MAX_GROUP_STATE_BYTES = 256 * 1024;

/** The row operators of a view, compiled. One that stands in several places, with the same operands, is one of them. */
export class RowOperators {
  readonly #operators: readonly CompiledOperator[];
  readonly #indexes: ReadonlyMap<AnyRowOperatorNode, number>;
  /** Of each place where an operator stands, in order, which one it is. */
  readonly #places: readonly number[];

  constructor(view: ViewDefinition) {
    const { grid } = windowOf(view.window);
    const slideMs = grid === null ? 0 : usualStepMs(grid);
    const nodes = view.derived.flatMap(({ node }) => rowOperatorsIn(node));
    const texts = nodes.map((node) => JSON.stringify(node));
    const distinct = [...new Set(texts)];
    this.#places = texts.map((text) => distinct.indexOf(text));
    this.#indexes = new Map(nodes.map((node, place) => [node, this.#places[place] as number]));
    this.#operators = distinct.map((text) => {
      const node = nodes[texts.indexOf(text)] as AnyRowOperatorNode;
      return { operator: operatorOfView(view, node, slideMs), operands: node.operands.map(compileOperand) };
    });
    if (this.maxStateBytes > MAX_GROUP_STATE_BYTES) {
      throw new DefinitionError(
        `View '${view.name}': its columns that go over a group's rows would carry up to ${this.maxStateBytes.toLocaleString('en-US')} bytes a group, and at most ${MAX_GROUP_STATE_BYTES.toLocaleString('en-US')} are kept. Let them go over fewer windows, or divide them among several views.`,
      );
    }
  }

  get count(): number {
    return this.#operators.length;
  }

  /** What a group's state is at most, stored. */
  get maxStateBytes(): number {
    return this.#operators.reduce((sum, { operator }) => sum + operator.maxStateBytes, 0);
  }

  create(): unknown[] {
    return this.#operators.map(({ operator }) => operator.create());
  }

  indexOf(node: AnyRowOperatorNode): number {
    return this.#indexes.get(node) as number;
  }

  /** What one of them makes of a row that has the columns of its operands. */
  step(index: number, states: readonly unknown[], row: object, window: RowWindow): ColumnValue {
    const { operator, operands } = this.#operators[index] as CompiledOperator;
    return operator.step(
      states[index],
      operands.map((operand) => operand(row)),
      window,
    );
  }

  /** Tells all of them that the group has no row in so many windows. */
  skip(states: readonly unknown[], windows: number): void {
    this.#operators.forEach(({ operator }, index) => {
      operator.skip(states[index], windows);
    });
  }

  encode(states: readonly unknown[], out: ByteWriter): void {
    out.varint(states.length);
    this.#operators.forEach(({ operator }, index) => {
      operator.encode(states[index], out);
    });
  }

  decode(input: ByteReader): unknown[] {
    const count = input.count();
    const of = this.#layout(count);
    const states: unknown[] = [];
    for (const index of of) {
      const state = (this.#operators[index] as CompiledOperator).operator.decode(input);
      if (!(index in states)) states[index] = state;
    }
    return states;
  }

  /** Once there was a state for each place: then the first place of an operator is the one that counts. */
  #layout(count: number): readonly number[] {
    if (count === this.count) return this.#operators.map((_, index) => index);
    if (count === this.#places.length) return this.#places;
    throw new CodecError(`A stored state holds ${count} row operators, and the view has ${this.count}.`);
  }
}

function compileOperand(node: ExpressionNode): (row: object) => Operand {
  const compute = compileToFunction(node);
  return (row) => {
    const value = compute(row);
    return typeof value === 'bigint' ? Number(value) : value;
  };
}

interface CompiledOperator {
  readonly operator: RowOperator;
  readonly operands: readonly ((row: object) => Operand)[];
}

function operatorOfView(view: ViewDefinition, node: AnyRowOperatorNode, slideMs: number): RowOperator {
  try {
    return rowOperatorOf(node, slideMs, (operand) => isCount(view, operand));
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    throw new DefinitionError(`View '${view.name}': ${error.message}`, { cause: error });
  }
}

/** The column itself: what is computed of counts can be below zero. */
function isCount({ aggregates }: ViewDefinition, operand: ExpressionNode): boolean {
  if (operand.op !== 'field' || operand.path.length !== 1) return false;
  const kind = aggregates.find(({ name }) => name === operand.path[0])?.column.spec.kind;
  return kind === 'count' || kind === 'countDistinct' || kind === 'approxCountDistinct';
}
