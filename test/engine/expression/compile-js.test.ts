import fc from 'fast-check';
import { type Condition, count, mean, min, sum, Type, tumbling, view } from 'streamgauge';
import { operatorFor } from '../../../engine/aggregates/registry.ts';
import type { Group, Groups } from '../../../engine/codec/group.ts';
import type { NumberExpr } from '../../../engine/dsl/types.ts';
import {
  Constants,
  compileExpression,
  compileFunction,
  compileToFunction,
} from '../../../engine/expression/compile-js.ts';
import type { ExpressionNode, Value } from '../../../engine/ir/node.ts';
import type { ViewDefinition } from '../../../engine/ir/view-definition.ts';
import { compileAccumulate } from '../../../engine/plan/accumulator.ts';
import { compileRow } from '../../../engine/plan/row.ts';
import { casesOf } from '../../support/random-cases.ts';
import { orders } from '../../types/orders.ts';
import { definitionOf } from '../dsl/definition-of.ts';
import { compileForEvents, leavesOf, node } from '../dsl/leaves.ts';
import { ALL, events, type Fields, numbers, PRESENT, treesOver } from './arbitrary.ts';
import { interpret } from './interpreter.ts';

const SEED = 20150517;

type Check = (tree: ExpressionNode, value: Value, event: object) => void;

/** Random trees, each compiled once and computed for several random events. */
function forAll(fields: Fields, num: fc.Arbitrary<number>, check: Check): void {
  const several = fc.array(events(num), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(treesOver(fields), several, (tree, randomEvents) => {
      const ofEvent = compileForEvents(tree);
      for (const event of randomEvents) check(tree, ofEvent(event), event);
    }),
    { seed: SEED, numRuns: casesOf(2000) },
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
      else
        expect(typeof value === 'bigint' ? 'number' : typeof value).toBe(
          type.kind === 'instant' ? 'number' : type.kind,
        );
      if (type.integer && value !== null) expect(typeof value === 'bigint' || Number.isInteger(value)).toBe(true);
    });
  });
});

test('of a row, an expression means the same, and any number in it can be null: a sum may be beyond the range', () => {
  const row = events(numbers).chain((event) =>
    fc.constantFrom({}, { num: null }, { num2: null, whole: null }).map((nulls) => ({ ...event, ...nulls })),
  );
  fc.assert(
    fc.property(treesOver(ALL), fc.array(row, { minLength: 5, maxLength: 5 }), (tree, rows) => {
      const ofRow = compileToFunction(tree);
      for (const columns of rows) expect(ofRow(columns)).toBe(interpret(tree, columns));
    }),
    { seed: SEED, numRuns: casesOf(2000) },
  );
});

// Columns ------------------------------------------------------------------------------------------------------------

describe('a derived column', () => {
  test('is read from its local variable, and no field of a struct is taken for it', () => {
    const { a } = leavesOf({ a: Type.Object({ x: Type.Number(), a: Type.Number() }) });
    const { x } = leavesOf({ x: Type.Number() });
    const constants = new Constants();
    const locals = new Map([
      ['x', 'c0'],
      ['a', 'c1'],
    ]);
    const source = compileExpression(node(a.x.add(a.a).add(x)), { root: 'event', locals, constants });
    const body = `const c0 = 100; const c1 = 1000; return ${source};`;
    const run = compileFunction<(event: object) => Value>(['event'], body, constants);
    expect(run({ x: 1, a: { x: 10, a: 20 } })).toBe(130);
  });

  /** What a view makes of one event: its groups after it. */
  function groupsOf(complete: unknown, event: object): readonly Group[] {
    const definition = definitionOf(complete);
    const groups: Groups = new Map();
    compileAccumulate(definition, operatorsOf(definition))(event, 0, {
      groupsAt: () => groups,
      missed: 0,
      noteMissed: () => undefined,
    });
    return [...groups.values()];
  }

  const areas = view('v', orders).derive((o) => ({ area: o.amount.mul(o.amount) }));
  const hour = tumbling('1 hour');

  test('beyond the range of a double is null in the steps after it', () => {
    const passing = (filter: (o: { area: NumberExpr }) => Condition) =>
      groupsOf(
        areas
          .where(filter)
          .window(hour)
          .aggregate(() => ({ n: count() })),
        { amount: 1e200 },
      ).length;
    expect(passing((o) => o.area.lt(5))).toBe(0);
    expect(passing((o) => o.area.gte(5))).toBe(0);
    expect(passing((o) => o.area.lt(5).not())).toBe(0);
    expect(passing((o) => o.area.isNull())).toBe(1);
  });

  test('beyond the range of a double is a group of its own, not 0', () => {
    const grouped = areas
      .window(hour)
      .groupBy('area')
      .aggregate(() => ({ n: count() }));
    expect(groupsOf(grouped, { amount: 1e200 })).toMatchObject([{ values: [null] }]);
    expect(groupsOf(grouped, { amount: -0 })).toMatchObject([{ values: [0] }]);
  });

  test('beyond the range of a double is no value for an aggregate', () => {
    const counted = areas.window(hour).aggregate((o) => ({ n: count(o.area), least: min(o.area) }));
    const definition = definitionOf(counted);
    const [group] = groupsOf(counted, { amount: 1e200 });
    const results = operatorsOf(definition).map((operator, index) => operator.result(group?.states[index]));
    expect(results).toEqual([0, null]);
  });

  test('of a row in which a sum is beyond the range of a double is not known', () => {
    const complete = view('v', orders)
      .window(hour)
      .aggregate((o) => ({ total: sum(o.amount), average: mean(o.amount) }))
      .derive((row) => ({ is_small: row.total.lt(5), rest: row.total.gt(5).not() }));
    const definition = definitionOf(complete);
    const operators = operatorsOf(definition);
    const states = operators.map((operator) => {
      const state = operator.create();
      operator.add(state, Number.MAX_VALUE, 0);
      operator.add(state, Number.MAX_VALUE, 0);
      return state;
    });
    const row = compileRow(definition, operators).values({ values: [], states }, { startMs: 0, endMs: 3_600_000 });
    expect(row).toMatchObject({ total: null, average: Number.MAX_VALUE, is_small: null, rest: null });
  });
});

function operatorsOf(definition: ViewDefinition) {
  return definition.aggregates.map(({ column }) => operatorFor(column.spec, column.argument?.type ?? null));
}
