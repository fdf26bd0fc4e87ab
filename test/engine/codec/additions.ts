import fc from 'fast-check';
import type { AggregateOperator } from '../../../engine/aggregates/operator.ts';
import { type BuiltInSpec, operatorFor } from '../../../engine/aggregates/registry.ts';
import { type Groups, groupKey, groupText } from '../../../engine/codec/group.ts';
import { segmentCodec } from '../../../engine/codec/segment.ts';
import type { Value, ValueType } from '../../../engine/ir/node.ts';

/** Events as groups of two fields with an aggregate of each kind that keeps states in its own way. */

const NUMBER: ValueType = { kind: 'number', nullable: false };
const TEXT: ValueType = { kind: 'string', nullable: false };

const COLUMNS: readonly (readonly [BuiltInSpec, ValueType | null])[] = [
  [{ kind: 'count' }, null],
  [{ kind: 'sum' }, NUMBER],
  [{ kind: 'mean' }, NUMBER],
  [{ kind: 'min' }, TEXT],
  [{ kind: 'max' }, NUMBER],
  [{ kind: 'first' }, TEXT],
  [{ kind: 'last' }, NUMBER],
  [{ kind: 'stddev', of: 'sample' }, NUMBER],
  [{ kind: 'countDistinct', limit: 4 }, TEXT],
  [{ kind: 'approxCountDistinct' }, TEXT],
];
export const OPERATORS = COLUMNS.map(([spec, type]) => operatorFor(spec, type));
export const CODEC = segmentCodec('0123456789ab', 2, OPERATORS);

/** What one event adds: a group of two fields, a number, a text and a time. */
export interface Addition {
  readonly group: readonly [Value, Value];
  readonly number: number;
  readonly text: string;
  readonly timeMs: number;
}

const additionArbitrary: fc.Arbitrary<Addition> = fc.record({
  group: fc.tuple(
    fc.constantFrom<Value>('/a', '/b', '', 'ü€😀', null),
    fc.constantFrom<Value>(0, -1, 404, 1.5, 2 ** 53, true, false, null),
  ),
  number: fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.double({ noNaN: true, min: -1e6, max: 1e6 })),
  text: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'long text '.repeat(20)),
  timeMs: fc.integer({ min: 0, max: 5 }),
});
export const additionsArbitrary = fc.array(additionArbitrary, { maxLength: 30 });

export function aggregated(
  additions: readonly Addition[],
  operators: readonly AggregateOperator[] = OPERATORS,
): Groups {
  const groups: Groups = new Map();
  for (const { group: values, number, text, timeMs } of additions) {
    const key = groupKey(values);
    const group = groups.get(key) ?? { values, states: operators.map((operator) => operator.create()) };
    groups.set(key, group);
    operators.forEach((operator, index) => {
      operator.add(group.states[index], COLUMNS[index]?.[1]?.kind === 'string' ? text : number, timeMs);
    });
  }
  return groups;
}

/** What a reader sees: each group's text and results, in one order. */
export function readable(groups: Groups): unknown[] {
  return [...groups.values()]
    .map(({ values, states }) => [groupText(values), ...OPERATORS.map((operator, i) => operator.result(states[i]))])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}
