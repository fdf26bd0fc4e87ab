import fc from 'fast-check';
import { mean, sum, Type, tumbling, view } from 'streamgauge';
import { operatorFor } from '../../../engine/aggregates/registry.ts';
import {
  Constants,
  compileExpression,
  compileFunction,
  compileToFunction,
} from '../../../engine/expression/compile-js.ts';
import type { ExpressionNode, Value } from '../../../engine/expression/node.ts';
import { compileRow } from '../../../engine/plan/row.ts';
import { orders } from '../../types/orders.ts';
import { definitionOf } from '../definition/definition-of.ts';
import { ALL, events, type Fields, numbers, PRESENT, treesOver } from './arbitrary.ts';
import { interpret } from './interpreter.ts';
import { leavesOf, node } from './leaves.ts';

const SEED = 20150517;

type Check = (tree: ExpressionNode, value: Value, event: object) => void;

/** Random trees, each compiled once and computed for several random events. */
function forAll(fields: Fields, num: fc.Arbitrary<number>, check: Check): void {
  const several = fc.array(events(num), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(treesOver(fields), several, (tree, randomEvents) => {
      const compiled = compileToFunction(tree);
      for (const event of randomEvents) check(tree, compiled(event), event);
    }),
    { seed: SEED, numRuns: 2000 },
  );
}

describe.each([
  ['fields that are always there', PRESENT],
  ['all fields', ALL],
])('compiled expressions of %s', (_, fields) => {
  test('mean what the naive interpreter makes of the same tree', () => {
    forAll(fields, numbers, (tree, value, event) => {
      expect(value).toBe(interpret(tree, event));
    });
  });

  test('mean the same where results are beyond the range of a double', () => {
    const huge = fc.constantFrom(1e200, -1e200, Number.MAX_VALUE, Number.MIN_VALUE, 1e-200, 0);
    forAll(fields, huge, (tree, value, event) => {
      expect(value).toBe(interpret(tree, event));
    });
  });

  test('give values that fit the type of their node', () => {
    forAll(fields, numbers, ({ type }, value) => {
      if (value === null) expect(type.nullable).toBe(true);
      else expect(typeof value).toBe(type.kind);
      if (type.integer && value !== null) expect(Number.isInteger(value)).toBe(true);
    });
  });
});

describe('a derived column', () => {
  test('is read from its local variable, and a field of a struct is not taken for it', () => {
    const { a } = leavesOf({ a: Type.Object({ x: Type.Number() }) });
    const { x } = leavesOf({ x: Type.Number() });
    const constants = new Constants();
    const scope = { root: 'event', locals: new Map([['x', 'c0']]), constants };
    const source = compileExpression(node(a.x.add(x)), scope);
    const run = compileFunction<(event: object, c0: number) => Value>(['event', 'c0'], `return ${source};`, constants);
    expect(run({ x: 1, a: { x: 10 } }, 100)).toBe(110);
  });

  /** The node of `compare` after `derive`, and what it makes of a row or event in which the column is null. */
  const ofNull = (comparison: ExpressionNode | undefined, column: string) =>
    comparison && compileToFunction(comparison)({ [column]: null });

  test('that may be beyond the range of a double can be null in the next step', () => {
    const complete = view('v', orders)
      .derive((o) => ({ area: o.amount.mul(o.amount) }))
      .derive((o) => ({ is_small: o.area.lt(5), is_large: o.area.lt(5).not() }))
      .window(tumbling('1 hour'))
      .aggregate((o) => ({ n: sum(o.area) }));
    const [, small, large] = definitionOf(complete).steps.map((step) =>
      step.step === 'derive' ? step.node : undefined,
    );
    expect(ofNull(small, 'area')).toBe(null);
    expect(ofNull(large, 'area')).toBe(null);
  });

  test('of a row in which a sum is beyond the range of a double is not known', () => {
    const complete = view('v', orders)
      .window(tumbling('1 hour'))
      .aggregate((o) => ({ total: sum(o.amount), average: mean(o.amount) }))
      .derive((row) => ({ is_small: row.total.lt(5), rest: row.total.gt(5).not() }));
    const definition = definitionOf(complete);
    const operators = definition.aggregates.map(({ column }) =>
      operatorFor(column.spec, column.argument?.type ?? null),
    );
    const states = operators.map((operator) => {
      const state = operator.create();
      operator.add(state, Number.MAX_VALUE, 0);
      operator.add(state, Number.MAX_VALUE, 0);
      return state;
    });
    const row = compileRow(definition, operators)({ values: [], states }, 0, 3_600_000);
    expect(row).toMatchObject({ total: null, average: Number.MAX_VALUE, is_small: null, rest: null });
  });
});
