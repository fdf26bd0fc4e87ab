import { approxCountDistinctOperator } from '../../../engine/aggregates/approx-count-distinct.ts';
import { countOperator } from '../../../engine/aggregates/count.ts';
import { firstOperator } from '../../../engine/aggregates/first.ts';
import { maxNumberOperator } from '../../../engine/aggregates/max.ts';
import { meanOperator } from '../../../engine/aggregates/mean.ts';
import { minNumberOperator } from '../../../engine/aggregates/min.ts';
import type { AggregateOperator } from '../../../engine/aggregates/operator.ts';
import { slotsOf, statesOf, valueAt } from '../../../engine/aggregates/state-column.ts';
import { sumOperator } from '../../../engine/aggregates/sum.ts';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import type { Column } from '../../../engine/columns/event-columns.ts';
import { TextTable } from '../../../engine/columns/text-table.ts';
import { Random } from '../../oracle/random-events.ts';

const ROWS = 400;
const GROUPS = 90;
const NUMBERS = [0, 1, -1, 0.1, -2.5, 3, 1e15, 2 ** 53 - 1, -(2 ** 53 - 1), 1e300, -1e300, 1e308, 5e-324, 7];
const OPERATORS = {
  count: countOperator,
  sum: sumOperator,
  mean: meanOperator,
  min: minNumberOperator,
  max: maxNumberOperator,
  approxCountDistinct: approxCountDistinctOperator,
  first: firstOperator,
} as Readonly<Record<string, AggregateOperator>>;

test.each(Object.keys(OPERATORS))('%s keeps in columns what it keeps in objects', (name) => {
  const operator = OPERATORS[name] as AggregateOperator;
  for (let seed = 0; seed < 10; seed++) {
    const random = new Random(seed);
    for (const column of columnsFor(name, random)) expectSame(operator, column, random);
  }
});

test.each(Object.keys(OPERATORS))('%s merges, moves and clears in columns what it does in objects', (name) => {
  const operator = OPERATORS[name] as AggregateOperator;
  for (let seed = 0; seed < 10; seed++) expectSameMerged(operator, new Random(seed));
});

/** Some of the states are merged, moved and cleared many times over. */
function expectSameMerged(operator: AggregateOperator, random: Random): void {
  const objects = Array.from({ length: GROUPS }, () => operator.create());
  const column = slotsOf(operator);
  for (let round = 0; round < 60; round++) {
    const groupCount = round < 20 ? 20 : GROUPS;
    const groups = Int32Array.from(Array(groupCount).keys()).filter(() => random.chance(0.3));
    const out = new ByteWriter();
    for (const group of groups) {
      const state = stateOfSome(operator, random);
      operator.encode(state, out);
      operator.merge(objects[group], state);
    }
    const input = new ByteReader(out.finish());
    column.merge(groups, groupCount, input);
    input.end();
    const [from, into, cleared] = [random.below(groupCount), random.below(groupCount), random.below(groupCount)];
    if (from !== into) {
      column.move(from, into);
      operator.merge(objects[into], objects[from]);
      objects[from] = operator.create();
    }
    column.clear(cleared);
    objects[cleared] = operator.create();
  }
  objects.forEach((object, group) => {
    const stored = new ByteReader(
      Buffer.from(
        written((out) => column.write(group, out)),
        'hex',
      ),
    );
    const results = [column.stateOf(group), operator.decode(stored)].map((state) => operator.result(state));
    expect(results).toEqual([operator.result(object), operator.result(object)]);
  });
}

function stateOfSome(operator: AggregateOperator, random: Random): unknown {
  const state = operator.create();
  for (let left = random.below(4); left > 0; left--) {
    const value = random.pick<number | bigint>([2n ** 60n, -(2n ** 61n), ...NUMBERS]);
    operator.add(state, value, random.below(50));
  }
  return state;
}

function columnsFor(name: string, random: Random): readonly Column[] {
  const values = Float64Array.from({ length: ROWS }, () => random.pick(NUMBERS as [number]));
  const present = Uint8Array.from({ length: ROWS }, () => Number(random.chance(0.8)));
  const numbers: Column[] = [
    { kind: 'number', values, present: null },
    { kind: 'number', values, present },
    { kind: 'boxed', values: Array.from(values, (value) => random.pick([value, value, null, 2n ** 60n])) },
  ];
  if (name !== 'count' && name !== 'approxCountDistinct' && name !== 'first') return numbers;
  const dictionary = new TextTable();
  const texts = ['', 'a', 'ü', '😀', 'x'.repeat(300)] as [string, ...string[]];
  const codes = Int32Array.from({ length: ROWS }, () =>
    random.chance(0.2) ? -1 : dictionary.codeOf(random.pick(texts)),
  );
  const truths = Uint8Array.from({ length: ROWS }, () => random.below(3));
  return [...numbers, { kind: 'text', codes, dictionary }, { kind: 'boolean', values: truths }];
}

/** Adds in two parts, the second with more groups than the first. */
function expectSame(operator: AggregateOperator, column: Column, random: Random): void {
  const groups = Int32Array.from({ length: ROWS }, (_, row) => random.below(row < ROWS / 2 ? 20 : GROUPS) - 1);
  const timesMs = Float64Array.from({ length: ROWS }, () => random.below(50));
  const taken = random.chance(0.5) ? null : Uint8Array.from({ length: ROWS }, () => random.below(3));
  const states = statesOf(operator);
  const half = ROWS / 2;
  states.add({ groups, from: 0, to: half, timesMs, groupCount: 20 }, column, taken);
  states.add({ groups, from: half, to: ROWS, timesMs, groupCount: GROUPS }, column, taken);
  const objects = Array.from({ length: GROUPS + 1 }, () => operator.create());
  for (let row = 0; row < ROWS; row++) {
    const value = valueAt(column, row);
    const isTaken = taken === null || taken[row] === 1;
    if (groups[row] !== -1 && isTaken && value !== null)
      operator.add(objects[groups[row] as number], value, timesMs[row] as number);
  }
  const inColumns = objects.map((_, group) => written((out) => states.write(group, out)));
  expect(inColumns).toEqual(objects.map((object) => written((out) => operator.encode(object, out))));
}

function written(write: (out: ByteWriter) => void): string {
  const out = new ByteWriter();
  write(out);
  return Buffer.from(out.finish()).toString('hex');
}
